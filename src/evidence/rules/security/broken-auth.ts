import { ancestor, keyOf, pathOf, unwrap, type Node } from '../../parse/ast.ts'
import { handlerAround } from '../../facts/responses.ts'
import { purposeOf, sourceText, textOf } from '../places.ts'
import type { Rule, Words } from '../rule.ts'

export const brokenAuth: Rule = {
  id: 'broken-auth',
  category: 'broken-auth',
  severity: 'critical',
  confidence: 'high',
  title: 'A proof of identity can be computed or replayed',
  why: 'A token that is a hash of a name, an address or an id can be made by anyone who knows that.',
  effects: { safety: 'Any account can be taken over.' },
  fix: {
    say: 'Use random tokens that are good once and end, and keep only their hash.',
    code: {
      any: "const token = randomBytes(32).toString('base64url')\nawait resets.insert({ userId: user.id, tokenHash: sha256(token), expiresAt })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html'],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(
      /^(md5|js-md5|blueimp-md5|sha1|crypto\.createHash|crypto-js\.(MD5|SHA1|SHA256))$|^crypto\.createHash\(\)\.update$/,
    )) {
      const argument = call.arguments[0]
      if (!argument) continue
      const statement = ancestor(call, (node) => /Statement$|Declaration$/.test(node.type)) ?? call
      const purpose = `${purposeOf(codebase, call)} ${textOf(statement, file, 160)}`
      if (!/reset|token|forgot|activat|confirm|verif|invite/i.test(purpose)) continue
      const trace = codebase.flow.trace(argument, file)
      if (!trace || !/login|user|mail|name|id$/i.test(trace.keys.at(-1) ?? '')) continue
      yield {
        file,
        node: call,
        message: `The token is a hash of ${sourceText(trace, file, argument)}: anyone can compute it.`,
        steps: trace.steps,
      }
    }
    for (const file of codebase.production) {
      for (const node of file.binaries) {
        if (!/^===?$/.test(node.operator) || node.parent?.type !== 'LogicalExpression' || node.parent.operator !== '||')
          continue
        const other = node.parent.left === node ? node.parent.right : node.parent.left
        if (
          passwordPair(node) &&
          /md5|hash|sha|bcrypt/i.test(file.text.slice(other.start, other.end)) &&
          handlerAround(node, codebase.web.handlers)
        ) {
          yield {
            file,
            node: node.parent,
            words: storedForm,
            message:
              'Either the password or its stored form is accepted: whoever has the table can sign in with what is in it.',
          }
        }
      }
    }
    yield* chosenSeeds(codebase)
  },
}

function passwordPair(node: Node): boolean {
  const inner = unwrap(node)
  if (inner.type !== 'BinaryExpression') return false
  const names = [inner.left, inner.right].map((side) =>
    side.type === 'MemberExpression' ? (keyOf(side) ?? '') : pathOf(side),
  )
  return names.every((name) => /passw|pwd/i.test(name))
}

/** A one-time code checked against a seed that the caller sends. */
function* chosenSeeds(codebase: Parameters<Rule['find']>[0]): ReturnType<Rule['find']> {
  for (const { call, file } of codebase.index.named(/^(otplib|speakeasy)\.[\w.]*(generate|check|verify|totp)$/)) {
    const trace = call.arguments[0] && codebase.flow.trace(call.arguments[0], file)
    if (trace && /seed|secret/i.test(trace.keys.at(-1) ?? '')) {
      yield {
        file,
        node: call,
        words: seedOfCaller,
        message: `The seed of the one-time code comes from the caller (${sourceText(trace, file, call)}).`,
        steps: trace.steps,
      }
    }
  }
}

const storedForm: Words = {
  title: 'What is stored opens the account as the password does',
  why: 'A leaked table or backup is then a list of logins: nothing has to be guessed.',
  fix: {
    say: 'Accept only the password, and compare it with the function of its hash.',
    code: { any: 'if (!(await argon2.verify(user.passwordHash, password))) return res.status(401).end()' },
  },
}

const seedOfCaller: Words = {
  title: 'A one-time code is checked against what the caller sends',
  why: 'Whoever sends the seed computes the code that fits it: the second factor proves nothing.',
  fix: {
    say: 'Check the code against the seed that was stored for the account.',
    code: {
      any: "import { verify } from 'otplib'\n\nconst { valid } = await verify({ secret: user.totpSecret, token: code })",
    },
  },
}

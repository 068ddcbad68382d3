import type { Codebase } from '../../codebase.ts'
import { hasAuth, isForAdministrators } from '../../facts/access-control.ts'
import { asksWhoCalls } from '../../facts/caller.ts'
import type { Query } from '../../facts/queries.ts'
import { isAccountModel } from '../../facts/entities.ts'
import type { Handler } from '../../facts/handlers.ts'
import { bodyText } from '../../facts/responses.ts'
import { functionAround, keyOf, type FunctionNode, type Node } from '../../parse/ast.ts'
import { codeText } from '../../parse/code-text.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { purposeOf, requestOf, routesOf } from '../places.ts'
import { sqlUse } from '../sql-use.ts'
import type { Rule } from '../rule.ts'

export const unprovenPasswordChange: Rule = {
  id: 'unproven-password-change',
  category: 'broken-auth',
  severity: 'high',
  confidence: 'medium',
  title: 'A password is changed without proof of who asks',
  why: 'Without the old password or a reset token, whoever can send the request owns the account: by a forged link, an open session, or an id that is not theirs.',
  effects: { safety: 'Accounts are taken over for good.' },
  fix: {
    say: 'Ask for the current password, or for a single-use token that was sent to the owner.',
    code: {
      Mongoose:
        "const user = await User.findById(req.user.id)\nif (!(await argon2.verify(user.passwordHash, current))) return res.status(403).json({ error: 'wrong password' })\nuser.passwordHash = await argon2.hash(next)\nawait user.save()",
      Prisma:
        "const user = await prisma.user.findUniqueOrThrow({ where: { id: req.user.id } })\nif (!(await argon2.verify(user.passwordHash, current))) return res.status(403).json({ error: 'wrong password' })\nawait prisma.user.update({ where: { id: user.id }, data: { passwordHash: await argon2.hash(next) } })",
      Express:
        "const user = await User.findByPk(req.user.id)\nif (!(await argon2.verify(user.passwordHash, current))) return res.status(403).json({ error: 'wrong password' })\nuser.passwordHash = await argon2.hash(next)\nawait user.save()",
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#change-password-feature',
    'https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html',
  ],
  limits: 'Proof is recognised by name: a token, a code, the old password or a comparison in the handler or before it.',
  *find(codebase) {
    const reported = new Set<Handler>()
    for (const { node, file } of changes(codebase)) {
      const handler = requestOf(codebase, node)
      if (
        !handler ||
        reported.has(handler) ||
        !comesFromRequest(codebase, node, file) ||
        isProven(codebase, handler, node, file)
      )
        continue
      reported.add(handler)
      const routes = routesOf(codebase, handler.node)
      // What GraphQL answers has no route of its own.
      const known = routes.length > 0 ? routes.some(hasAuth) : asksWhoCalls(handler, codebase)
      yield {
        file,
        node,
        severity: known ? 'medium' : 'critical',
        message: known
          ? 'The password is changed without asking for the old one.'
          : 'The password is changed for whoever asks: there is no token, no code and no old password.',
      }
    }
  },
}

const passwordName = /^(password|passwd|pwd|pass|password_?hash|hashed_?password)$/i

/** Writes to a password of an existing account. */
function* changes(codebase: Codebase): Iterable<{ node: Node; file: SourceFile }> {
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production') continue
    if (updatesPassword(query) || setsPassword.test(sqlUse(codebase, query)?.text ?? ''))
      yield { node: query.call, file: query.file }
  }
  for (const file of codebase.production) for (const node of assignedPasswords(file)) yield { node, file }
}

const setsPassword = /^\s*update\s+\S+\s+set\b[^;]*\bpassw\w*\W{0,2}\s*=/i

/** A model beside the one of people. */
const holdsPasswords = /^(user_?)?(auth|credential|login|password)s?(Model|Repository)?$/i

function updatesPassword(query: Query): boolean {
  if (query.kind !== 'update' || !(isAccountModel(query.model) || holdsPasswords.test(query.model ?? ''))) return false
  return query.call.arguments.some((argument) => namesPassword(argument))
}

function namesPassword(node: Node, depth = 0): boolean {
  if (node.type !== 'ObjectExpression' || depth > 2) return false
  return node.properties.some(
    (property) =>
      property.type === 'Property' &&
      (passwordName.test(keyOf(property) ?? '') || namesPassword(property.value, depth + 1)),
  )
}

/** `user.password = …` where the record is then saved. */
const assignedPasswords = atOnce((file: SourceFile) =>
  file.assignments.filter(({ left }) => {
    if (left.type !== 'MemberExpression' || !passwordName.test(keyOf(left) ?? '') || left.object.type !== 'Identifier')
      return false
    const around = functionAround(left)
    const text = around ? file.text.slice(around.start, around.end) : ''
    const { name } = left.object
    return (
      new RegExp(String.raw`\b${name}\.save\(|\bsave\(\s*${name}\b`).test(text) &&
      new RegExp(String.raw`\b${name}\s*=\s*(await\s+)?[\w.]*\.?find|\bfind\w*\([\s\S]{0,200}\b${name}\b\s*[,)]`).test(
        text,
      )
    )
  }),
)

function comesFromRequest(codebase: Codebase, node: Node, file: SourceFile): boolean {
  const handler = requestOf(codebase, node)
  const text = handler ? bodyText(handler.node, handler.file) : ''
  const around = functionAround(node)
  return (
    /passw|pwd/i.test(text) ||
    (around !== undefined && /\b(req|ctx|request)\b/.test(file.text.slice(around.start, node.end)))
  )
}

const comparison =
  /(old|current|existing|previous)_?-?pass|compare|\bverif|matches?_?passw|check_?passw|valid_?passw|checkPass|isValid/i
const proof =
  /pass_?key|reset_?key|token|\bcode\b|otp|secret|\b\w*(recover|reset|restore|forgot)\w*_?(id|link|hash|uuid)\b/i
/** `verifyCode`, not `express.urlencoded()` or a limit on tries */
const asksForProof = /^(?!.*([lL]imit|[tT]hrottl)).*([rR]eset|(^|[_.])code|Code|[oO]tp|OTP|[pP]assword)/
/** What is written or set, the shape of an id, and how an error is told. */
const noProof =
  /\b(clear|set)?_?[cC]ookie\(\s*['"`][^'"`]*['"`]|\bprocess\.env\.\w+|\b(e|err|error|ex)\??\.code\b|\bcode\s*:\s*(\d+|['"`])|\b(access|refresh)_?tokens?\b|\b(generate|create|make|new|sign|issue)\w*(Token|Otp|Code)s?\b|\b(\w*ObjectId\.isValid|isValid(ObjectId|E?mail))\(/gi
const otherPurpose = /regist|sign-?_?up|create|seed|admin|invite|import|hash|migrat|log-?_?in|set-?_?up/i

/** What stands around the calls of a function that writes the password it is given. */
function callersText(writer: FunctionNode | undefined, { calls }: Codebase): string {
  const sites = writer ? calls.sitesOf(writer) : []
  return sites
    .map(({ call, file }) => {
      const around = functionAround(call)
      return around ? codeText(around, file) : ''
    })
    .join(' ')
}

function isProven(codebase: Codebase, handler: Handler, node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const routes = routesOf(codebase, handler.node)
  const steps = routes.flatMap((route) => route.chain.slice(0, -1).map((step) => step.name))
  const purpose = `${purposeOf(codebase, node)} ${purposeOf(codebase, handler.node.body ?? handler.node)} ${routes.map((route) => route.fullPath).join(' ')}`
  if (otherPurpose.test(purpose) || (routes.length > 0 && routes.every(isForAdministrators))) return true
  // What says who may pass tells nothing about the password.
  const texts = [
    codeText(handler.node, handler.file),
    around ? codeText(around, file) : '',
    callersText(around, codebase),
  ]
  const text = texts.join(' ').replaceAll(noProof, ' ')
  if (comparison.test(text)) return true
  return (!routes.some(hasAuth) && proof.test(text)) || steps.some((name) => asksForProof.test(name))
}

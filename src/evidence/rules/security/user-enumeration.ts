import type { Codebase } from '../../codebase.ts'
import { hasAuth, isForAdministrators } from '../../facts/access-control.ts'
import type { Handler } from '../../facts/handlers.ts'
import { bodyText, handlerAround } from '../../facts/responses.ts'
import { ancestor, contains, functionAround, isFunction, keyOf, pathOf, unwrap, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, purposeOf, requestOf, routesOf } from '../places.ts'
import type { Rule, Words } from '../rule.ts'
import { kindOf, quoted, saidBy, takenTexts, tellingTexts } from './user-enumeration/told-texts.ts'

export const userEnumeration: Rule = {
  id: 'user-enumeration',
  category: 'user-enumeration',
  severity: 'low',
  confidence: 'medium',
  title: 'The answer tells whether an account exists',
  why: 'With the list of those who have an account, guessing passwords and phishing become much cheaper.',
  effects: { safety: 'Names of customers can be collected.' },
  fix: {
    say: 'Give one answer, in the same time, for both cases.',
    code: {
      Express:
        "// without an account too: as slow, and never right\nconst isRight = await argon2.verify(user?.passwordHash ?? hashOfNobody, password)\nif (!user || !isRight) return res.status(401).json({ error: 'wrong name or password' })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#authentication-responses'],
  *find(codebase) {
    for (const file of codebase.production) {
      const told = tellingTexts(file)
      for (const literal of told) {
        const handler = handlerAround(literal, codebase.web.handlers) ?? requestOf(codebase, literal)
        if (!handler || !isSignIn(codebase, literal, file) || isForStaff(codebase, handler)) continue
        if (isForSignedIn(codebase, handler)) continue
        const kind = kindOf(saidBy(literal))
        const pair = told.some(
          (other) =>
            other !== literal &&
            kindOf(saidBy(other)) === 'missing' &&
            !answersMisshapen(other, file) &&
            Math.abs(other.start - literal.start) < 2500,
        )
        if (kind === 'wrong' && !pair) continue
        if (kind === 'missing' && asksForInput(literal, file)) continue
        if (answersMisshapen(literal, file)) continue
        // "Invalid email" may be about how it is written, unless the password has a text of its own.
        const vague = /(^|[=#])\s*(invalid|wrong|incorrect) e-?mail\b/i.test(saidBy(literal))
        if (kind === 'missing' && vague && !told.some((other) => isWrongNear(other, literal))) continue
        if (
          kind === 'missing' &&
          (findsByBoth(literal, file, codebase) || isKnownAlready(literal, file) || hasProof(literal, file))
        )
          continue
        if (isForLog(literal)) continue
        const text = `${quoted(literal)} tells that ${kind === 'missing' ? 'the account does not exist' : 'it does exist'}.`
        const words = /forg[eo]t|reset|recover|resend/i.test(purposeOf(codebase, literal))
          ? { words: ofLostPasswords }
          : {}
        for (const place of usesOf(literal, file))
          yield { file, node: place, line: lineOf(place, file), ...words, message: text }
      }
      for (const literal of takenTexts(file)) {
        const handler = handlerAround(literal, codebase.web.handlers) ?? requestOf(codebase, literal)
        if (!handler || isForStaff(codebase, handler)) continue
        if (isForSignedIn(codebase, handler) && !isSignUp(codebase, handler)) continue
        const asksForName = /(user(name)?|e-?mail|account|login)\w*(exist|taken|avail|unique)/i.test(
          purposeOf(codebase, literal),
        )
        if (!asksForName && !/\bpassword\b/i.test(handlerText(codebase, literal, file))) continue
        yield {
          file,
          node: literal,
          severity: 'info',
          message: `${quoted(literal)} tells who has an account.`,
        }
      }
    }
  },
}

/** What goes to the log or an audit trail is no answer. */
function isForLog(literal: Node): boolean {
  const call = ancestor(literal, (at) => /^(CallExpression|NewExpression)$/.test(at.type) || isFunction(at))
  return (
    call?.type === 'CallExpression' &&
    /(^|\.)(console|log|logger|\w*audit\w*)(\.|$)|\w*(audit_?)?log$/i.test(pathOf(call.callee))
  )
}

/** Administrators see every account anyway. */
function isForStaff(codebase: Codebase, { node }: Handler): boolean {
  const routes = routesOf(codebase, node)
  return (
    routes.length > 0 && routes.every((route) => isForAdministrators(route) || /(^|\/)admin\//i.test(route.fullPath))
  )
}

/** Who is signed in already and gives a password once more learns of no other account. */
function isForSignedIn(codebase: Codebase, { node }: Handler): boolean {
  const routes = routesOf(codebase, node)
  return routes.length > 0 && routes.every(hasAuth)
}

function isSignUp(codebase: Codebase, { node }: Handler): boolean {
  return routesOf(codebase, node).some(({ fullPath }) => /sign-?_?up|regist|join/i.test(fullPath))
}

function isWrongNear(other: Node, literal: Node): boolean {
  return kindOf(saidBy(other)) === 'wrong' && Math.abs(other.start - literal.start) < 2500
}

/** `if (!email) throw new Error('Email incorrect')` is about the form, before anything is looked up. */
function asksForInput(literal: Node, file: SourceFile): boolean {
  const choice = ancestor(literal, (at) => at.type === 'IfStatement', functionAround(literal))
  return (
    choice?.type === 'IfStatement' &&
    /^!\s*(\w+\.)*(e-?mail|user_?name|login|password|\w*id)$/i.test(file.text.slice(choice.test.start, choice.test.end))
  )
}

/** The answer where a check of the shape failed: whatever it says, no account was looked for. */
function answersMisshapen(literal: Node, file: SourceFile): boolean {
  const choice = ancestor(
    literal,
    (at) =>
      at.type === 'IfStatement' &&
      contains(at.consequent, literal) &&
      file.text
        .slice(at.test.start, at.test.end)
        .split('||')
        .every((part) => misshapen.test(part.trim())),
    functionAround(literal),
  )
  return choice !== undefined
}

const misshapen =
  /\binstanceof\s+([\w.]*\.)?(\w*(Zod|Joi|Yup|Vine|Valibot|Valid(ation|ator)|Schema|Syntax)\w*Errors?|Vali?Error)\b|\.name\s*===?\s*['"](ZodError|ValidationError)['"]|\.isJoi\b|^!\s*\w+\.success$|\.success\s*===?\s*false$|^!\s*\w*errors?\w*\.isEmpty\(\)$|^!\s*([\w.]*\.)?is_?Valid_?E-?mail\(|^!\s*([\w.]*\.)?isE-?mail\(|^!\s*([\w.]*\.)?(isLength|matches)\(|^!\s*([\w.]*\.)?(e-?mail|user_?name|login|password)$|^!\s*\w*(regexp?|pattern|format)\w*\.test\(/i

/** Looked up by an id, by what a token says, or given by who vouched for it: whoever asks does not try names. */
function isKnownAlready(literal: Node, file: SourceFile): boolean {
  const choice = ancestor(literal, (at) => at.type === 'IfStatement', functionAround(literal))
  if (choice?.type !== 'IfStatement') return false
  const around = functionAround(literal)
  const before = file.text.slice(around?.start ?? 0, literal.start)
  if (/authorization|decoded?_?\w*token|jwt\w*\.(verify|decode)/i.test(before) && !/passw(?!\w*\s*:\s*_)/i.test(before))
    return true
  const test = file.text.slice(choice.test.start, choice.test.end)
  if (/^!\s*(req|request|ctx)\.\w*user\b/i.test(test)) return true
  const name = /^!\s*(\w+)$/.exec(test)?.[1]
  const binding = name === undefined ? undefined : lookUp(file.scopes, choice, name)
  const values = [
    binding?.init,
    ...(binding?.writes ?? []),
    binding?.parameter && chainBefore(binding.parameter.of),
  ].filter((value) => value !== null && value !== undefined)
  const lookups = values.filter(
    ({ start, end }) => start < choice.start && !/^(null|undefined)$/.test(file.text.slice(start, end)),
  )
  return lookups.length > 0 && lookups.every((lookup) => asksForKnown(lookup, file))
}

/** `Accounts.findById(id).then((account) => …)`: what the first callback is given. */
function chainBefore({ parent }: Node): Node | undefined {
  const isThen =
    parent?.type === 'CallExpression' && parent.callee.type === 'MemberExpression' && keyOf(parent.callee) === 'then'
  return isThen && parent.callee.type === 'MemberExpression' ? parent.callee.object : undefined
}

/** A code that was sent to the mailbox has been compared: whoever gets here owns it. */
function hasProof(literal: Node, file: SourceFile): boolean {
  const around = functionAround(literal)
  const before = file.text.slice(around?.start ?? 0, literal.start)
  return /\bif\s*\([^{;]*\w*(otp|code)\s*!==?[^{;]*(otp|code)\b[^{;]*\)\s*\{?\s*(throw|return)\b/i.test(before)
}

function asksForKnown(lookup: Node, file: SourceFile): boolean {
  const text = file.text.slice(lookup.start, lookup.end)
  if (/decoded|payload|token|\b(req|request|ctx)\.user\b|^(req|request|ctx)$/i.test(text)) return true
  if (/ById\b|ByPk\b|\b_?id\b|\bcode\b/i.test(text) && !byName.test(text)) return true
  const call = unwrap(lookup)
  return call.type === 'CallExpression' && call.arguments.some((argument) => isOfCaller(argument, file))
}

/** `const { email } = req.user`: what is known of the caller who is signed in. */
function isOfCaller(node: Node, file: SourceFile): boolean {
  const init = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : undefined
  return init
    ? /^(req|request|ctx|ctx\.state|res\.locals)\.\w*user\b/i.test(file.text.slice(init.start, init.end))
    : false
}

const byName = /e-?mail|user_?name|login|phone|mobile|identifier|nick|handle/i

/** The lookup takes name and password at once, so one answer stands for both. */
function findsByBoth(literal: Node, file: SourceFile, codebase: Codebase): boolean {
  const around = functionAround(literal)
  if (!around) return false
  return file.calls.some((call) => {
    if (!contains(around, call)) return false
    const target = codebase.calls.targetOf(call)
    return codebase.queries.some(
      (query) =>
        query.kind === 'find-one' &&
        (target
          ? query.file === target.file && contains(target.node, query.call)
          : contains(call, query.call) && query.file === file) &&
        /\b(passw(or)?d?|pwd)\b/i.test(
          query.file.text.slice(target?.node.start ?? query.call.start, query.call.arguments[0]?.end ?? query.call.end),
        ),
    )
  })
}

function isSignIn(codebase: Codebase, literal: Node, file: SourceFile): boolean {
  const purpose = purposeOf(codebase, literal)
  // Who changes a password is signed in.
  if (/\b(current|old|existing|previous) password/i.test(saidBy(literal))) return false
  if (/sign-?_?up|regist|validate|delete|remove/i.test(purpose.split(' ').slice(0, 2).join(' '))) return false
  return (
    /log-?_?in|sign-?_?in|forgot|reset|auth|token|otp/i.test(purpose) ||
    (/\bpassword\b/i.test(handlerText(codebase, literal, file)) && !/update|change/i.test(purpose))
  )
}

/** Where a message is used when it is given a name first. */
function usesOf(literal: Node, file: SourceFile): Node[] {
  const holder = literal.parent
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return [literal]
  const name = holder.id.name
  const uses = file.properties.filter(
    (property) =>
      property.value.type === 'Identifier' && property.value.name === name && property.start > literal.start,
  )
  return uses.length > 0 ? uses : [literal]
}

function handlerText(codebase: Codebase, literal: Node, file: SourceFile): string {
  const handler = handlerAround(literal, codebase.web.handlers)
  return handler
    ? bodyText(handler.node, handler.file)
    : file.text.slice(Math.max(0, literal.start - 400), literal.start)
}

const ofLostPasswords: Words = {
  fix: {
    say: 'Answer the same, with the same status, whether a mail was sent or not, and send it after the answer.',
    code: {
      Express:
        "if (user) queue.add('reset mail', { userId: user.id })\nres.json({ message: 'If there is an account, a mail is on its way.' })",
    },
  },
}

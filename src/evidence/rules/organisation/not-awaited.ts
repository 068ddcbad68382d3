import type { Codebase } from '../../codebase.ts'
import { queriesByCall } from '../../facts/queries.ts'
import { functionAround, isFunction, keyOf, pathOf, unwrap, type CallNode, type Node } from '../../parse/ast.ts'
import { usesOf } from '../../parse/mentions.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inDevelopment, textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const notAwaited: Rule = {
  id: 'not-awaited',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'A promise is taken for its result',
  why: 'A promise is an object: it is never falsy, has none of the fields of its result, and is sent as `{}`.',
  effects: { safety: 'A check that never fails, or data that is never there.' },
  fix: { say: 'Wait for it.', code: { any: 'const isValid = await validate(data)\nif (!isValid) return refuse()' } },
  sources: ['https://typescript-eslint.io/rules/no-misused-promises/'],
  limits:
    'Calls whose function is found in the project, queries, and the checks of passwords, codes and tokens of known packages; a promise kept for later is left alone.',
  *find(codebase) {
    const queries = queriesByCall(codebase.queries)
    for (const { call, file } of candidates(codebase)) {
      if (isWaitedFor(call) || inDevelopment(call, file)) continue
      const wrong = isTested(call) || isRead(call) ? call : firstWrongUse(call, file, queries.get(call)?.client)
      if (wrong)
        yield {
          file,
          node: call,
          message: `Nothing waits for \`${textOf(call, file, 50)}\`: ${whatHappens(wrong)}`,
        }
    }
  },
}

/** Proofs of packages that come as promises; otplib's since version 13, which alone exports `verify`. */
const promising =
  /^bcrypt(js)?\.(compare|hash)$|^argon2\.(verify|hash)$|^otplib\.verify$|^jose\.(jwtVerify|jwtDecrypt|compactVerify|compactDecrypt)$/

type Candidate = { call: CallNode; file: SourceFile }

function* candidates(codebase: Codebase): Iterable<Candidate> {
  // A method of an unknown object may be another of that name.
  for (const { call, file, target } of codebase.calls.linked)
    if (target.node.async && !target.node.generator && codebase.meanings.functionOf(call.callee, file))
      yield { call, file }
  for (const { call, file, callback, client, kind } of codebase.queries) {
    if (file.kind !== 'production' || callback || isFunction(call.arguments.at(-1))) continue
    if (
      /mongo|sequelize|typeorm|prisma|mikro/.test(client) &&
      /^find-one|^find-many|^count/.test(kind) &&
      !codebase.calls.targetOf(call)
    )
      yield { call, file }
  }
  for (const { call, file } of codebase.index.methods('sendMail')) if (call.arguments.length === 1) yield { call, file }
  for (const { call, file } of codebase.index.named(promising))
    if (!isFunction(call.arguments.at(-1))) yield { call, file }
}

function isWaitedFor(call: Node): boolean {
  const holder = call.parent
  if (holder?.type === 'MemberExpression' && holder.object === call)
    return !isRead(call) || (holder.parent?.type === 'CallExpression' && holder.parent.callee === holder)
  return holder?.type === 'AwaitExpression'
}

/** In the condition itself: `if (compare(a, b))`, `!check(x)`. */
function isTested(node: Node): boolean {
  const holder = node.parent
  if (holder?.type === 'UnaryExpression') return holder.operator === '!'
  if (holder?.type === 'IfStatement' || holder?.type === 'ConditionalExpression') return holder.test === node
  return false
}

/** The first place where the name a promise was put into is used as what the promise will give. */
function firstWrongUse(call: CallNode, file: SourceFile, client: string | undefined): Node | undefined {
  const declarator = call.parent
  if (declarator?.type !== 'VariableDeclarator' || declarator.init !== call || declarator.id.type !== 'Identifier')
    return undefined
  const { id } = declarator
  const binding = lookUp(file.scopes, id, id.name)
  const around = functionAround(declarator)
  if (!around?.body || !binding) return undefined
  // What it is given later is another value.
  const until = Math.min(...binding.writes.map((write) => write.parent?.start ?? write.start), around.end)
  const uses = usesOf(binding, around.body, file).filter((use) => use.start > call.end && use.start < until)
  const wrong = uses.find(
    (use) =>
      isTested(use) ||
      (client === undefined ? isRead(use) : /mongoose/.test(client) && isTakenForRows(use)) ||
      isAnswered(use),
  )
  return wrong && uses.every((use) => use === wrong || !isDeferred(use)) ? wrong : undefined
}

/** `rows.filter`: a query of Mongoose has no method of lists but those that go on with it. */
function isTakenForRows(use: Node): boolean {
  const member = use.parent
  return (
    member?.type === 'MemberExpression' &&
    member.object === use &&
    /^(map|filter|forEach|reduce|flatMap|some|every|length)$/.test(keyOf(member) ?? '')
  )
}

/** `valid.error`, but not `loading.then`. */
function isRead(use: Node): boolean {
  const member = use.parent
  return (
    member?.type === 'MemberExpression' &&
    member.object === use &&
    !/^(then|catch|finally|cancel|abort|signal|pipe|on|once|child|stdout|stdin|stderr|kill|pid)$/.test(
      keyOf(member) ?? 'then',
    )
  )
}

/** `res.json(rows)`, `res.json({ rows })`, and `sendResponse(res, 200, { rows })`. */
function isAnswered(use: Node): boolean {
  const inside = use.parent?.type === 'Property' && use.parent.value === use ? use.parent.parent : undefined
  const given = inside?.type === 'ObjectExpression' ? inside : use
  const call = given.parent
  if (call?.type !== 'CallExpression' || !call.arguments.some((argument) => argument === given)) return false
  if (call.callee.type === 'MemberExpression' && /^(json|send)$/.test(keyOf(call.callee) ?? '')) return true
  const [first] = call.arguments
  return (
    inside !== undefined &&
    first?.type === 'Identifier' &&
    /^(res|response|reply)$/.test(first.name) &&
    /(^|\.)(send|respond|reply|success|answer)\w*$/i.test(pathOf(call.callee))
  )
}

/** Awaited later, given to `Promise.all`, returned, handed on or chained. */
function isDeferred(use: Node): boolean {
  const holder = use.parent
  if (!holder) return false
  if (
    /^(AwaitExpression|ReturnStatement|ArrayExpression|SpreadElement|YieldExpression|AssignmentExpression|Property)$/.test(
      holder.type,
    )
  )
    return true
  if (holder.type === 'MemberExpression' && holder.object === use)
    return /^(then|catch|finally)$/.test(keyOf(holder) ?? '')
  return holder.type === 'CallExpression' && holder.callee !== use && !isAnswered(use)
}

function whatHappens(use: Node): string {
  const at = unwrap(use)
  const holder = at.parent
  if (holder?.type === 'MemberExpression') return `\`.${keyOf(holder)}\` of the promise is undefined.`
  if (!isAnswered(at)) return 'the promise is never falsy.'
  return holder?.type === 'Property'
    ? `\`${keyOf(holder)}\` of the answer is an empty object.`
    : 'the answer is an empty object.'
}

import type { Codebase } from '../../../codebase.ts'
import { chainTop, handlesRejection, isFloating, isTried, openAwait } from '../../../facts/promises.ts'
import { isNeverRun } from '../../../facts/lazy-queries.ts'
import { queriesByCall, type Query } from '../../../facts/queries.ts'
import { functionAround, isFunction, keyOf, pathOf, unwrap, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { resultsOf, returnsOf } from '../../../parse/returns.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import { lineOf, requestOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** Work that is started and left; where the process lives on after a failure (`guarded`), writes alone matter. */
export function* startedAndLeft(codebase: Codebase, guarded: boolean): Iterable<Match> {
  yield* byFunction(writesLeft(codebase, guarded))
  if (guarded) return
  yield* mailLeft(codebase)
  yield* callsLeft(codebase)
  yield* asHabit([...leftAlone(codebase)])
}

const fewLeft = 8

/** Where much is left to itself, that is how the project works: the first places are told, the others are information. */
function* asHabit(matches: readonly Match[]): Iterable<Match> {
  const worst = matches.filter(({ severity }) => severity === 'medium')
  if (worst.length <= fewLeft) return yield* matches
  const told = new Set(worst.slice(0, fewLeft))
  for (const match of matches)
    yield match.severity !== 'medium' || told.has(match) ? match : { ...match, severity: 'info' }
}

/** What one function starts and leaves is mended by one `await` of all. */
function* byFunction(matches: Iterable<Match>): Iterable<Match> {
  for (const group of Map.groupBy(matches, ({ node }) => node && functionAround(node)).values()) yield* inOne(group)
}

/** Database writes that are started and left. */
function* writesLeft(codebase: Codebase, guarded: boolean): Iterable<Match> {
  for (const query of codebase.queries) {
    if (
      query.file.kind !== 'production' ||
      query.callback ||
      query.kind === 'sync' ||
      (!/^(unknown|mongodb)$/.test(query.client) && query.kind === 'raw')
    )
      continue
    if (
      query.chain.some((name) =>
        /^(then|catch|exec|toSQL|toQuery|toString|toArray|on|pipe|stream|cursor|each|forEach)$/.test(name),
      )
    )
      continue
    const top = chainTop(query.call)
    if (top.parent?.type !== 'ExpressionStatement' || !/insert|update|delete/.test(query.kind)) continue
    const last = top.type === 'CallExpression' ? top.arguments.at(-1) : undefined
    if (isFunction(last) || closesConnection(query) || isCollected(query) || isKept(query) || isNeverRun(query))
      continue
    const answers = requestOf(codebase, query.call) !== undefined
    yield {
      file: query.file,
      node: query.call,
      ...(guarded || (!answers && isAtStart(query.call, codebase)) ? { severity: 'medium' as const } : {}),
      words: answers ? unwaited : unwaitedWork,
      message: `\`${textOf(query.call.callee, query.file, 40)}\` is started and left: its failure is handled by nobody${answers ? ' and the answer does not wait for it' : ''}.`,
    }
  }
}

/** It runs once, when the process starts, also in `sync().then(() => …)`: nobody is served yet. */
function isAtStart(node: Node, { atStart }: Codebase): boolean {
  const around = functionAround(node)
  if (!around) return true
  const { parent } = around
  const follows = parent?.type === 'CallExpression' && keyOf(parent.callee) === 'then'
  return atStart.has(around) || (follows && functionAround(around) === undefined)
}

/** `connection.destroy()` ends a socket; a row is destroyed by its model. */
function closesConnection({ call, method }: Query): boolean {
  return (
    method === 'destroy' &&
    call.arguments.length === 0 &&
    call.callee.type === 'MemberExpression' &&
    /(conn(ection)?|socket|stream|client|pool|agent|db|knex|server)$/i.test(pathOf(call.callee.object))
  )
}

/** `builder.insert(rows).into('orders')` changes a query of Knex that runs where its name is awaited. */
function isKept({ client, call, file }: Query): boolean {
  if (!client.startsWith('knex')) return false
  let at: Node = call
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') at = unwrap(at.callee.object)
  const init = at.type === 'Identifier' ? lookUp(file.scopes, at, at.name)?.init : undefined
  return (
    init !== undefined && init !== null && unwrap(init).type === 'CallExpression' && functionAround(init) !== undefined
  )
}

/** `bulk.find(…).update(…)` waits for `bulk.execute()`. */
function isCollected({ call, file }: Query): boolean {
  return /^\w*(bulk|batch|pipeline|multi)\w*\s*\./i.test(file.text.slice(call.start, call.end))
}

/** Mail that is sent and left. */
function* mailLeft(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('sendMail')) {
    if (
      call.type !== 'CallExpression' ||
      call.arguments.some((argument) => isFunction(argument)) ||
      call.arguments.length > 1
    )
      continue
    const top = chainTop(call)
    if (handlesRejection(top) || !isFloating(top, file) || codebase.calls.targetOf(call)) continue
    yield {
      file,
      node: call,
      severity: 'medium',
      message: 'The mail is sent and left: when it cannot be sent, nobody handles that.',
    }
  }
}

/** Calls to other services that are started and left. */
function* callsLeft(codebase: Codebase): Iterable<Match> {
  for (const { call, file, client } of codebase.asyncWork.outgoing) {
    if (!/^(axios|fetch|node-fetch|got|ky|undici\.fetch|cross-fetch)/.test(client) || !functionAround(call)) continue
    const top = chainTop(call)
    if (top.parent?.type !== 'ExpressionStatement' || handlesRejection(top) || top !== call) continue
    const message = `\`${textOf(call.callee, file, 40)}\` is started and left: its failure is handled by nobody.`
    yield { file, node: call, severity: 'medium', message }
  }
}

/** `async index(post) { return this.search.index(post) }`: what a query or another service does fails for the caller. */
function returnsPromise({ node, file }: { node: FunctionNode; file: SourceFile }, codebase: Codebase): boolean {
  return returnsOf(node, file).some((item) => {
    const call = item.argument?.type === 'CallExpression' ? item.argument : undefined
    if (!call || isTried(item, node) || handlesRejection(call)) return false
    return (
      queriesByCall(codebase.queries).has(call) ||
      codebase.asyncWork.outgoing.some((outgoing) => outgoing.call === call) ||
      /^this\.\w*([cC]lient|[sS]ervice|[tT]ransport\w*|[mM]ailer|[qQ]ueue|[cC]ache\w*)\.\w+$/.test(pathOf(call.callee))
    )
  })
}

/** `const tell = (mail) => transporter.sendMail(mail)`: without a callback Nodemailer gives a promise. */
function handsMailOn({ node, file }: { node: FunctionNode; file: SourceFile }): boolean {
  return resultsOf(node, file).some((value) => {
    const call = unwrap(value.type === 'AwaitExpression' ? value.argument : value)
    return (
      call.type === 'CallExpression' &&
      call.callee.type === 'MemberExpression' &&
      keyOf(call.callee) === 'sendMail' &&
      call.arguments.length === 1 &&
      !isTried(call, node)
    )
  })
}

/** A command that fails may stop. */
const commands = /(^|\/)(cli|bin|commands?)\//

/** Async functions of the project that are started and left: one cause for each function, however often. */
function* leftAlone(codebase: Codebase): Iterable<Match> {
  const left = codebase.calls.linked.filter(({ call, file, target }) => {
    if (
      commands.test(file.path) ||
      !(target.node.async || handsMailOn(target)) ||
      call.parent?.type !== 'ExpressionStatement' ||
      call.type !== 'CallExpression'
    )
      return false
    const last = call.arguments.at(-1)
    // A last `next` or `callback` hears of the failure.
    if (last?.type === 'Identifier' && /^(cb|callback|done|next)$/i.test(last.name)) return false
    const inside = functionAround(call)
    if (!inside || (call.arguments.some((argument) => isFunction(argument)) && !isTried(call, inside))) return false
    return (
      openAwait(target.node, target.file, codebase.calls) !== undefined ||
      returnsPromise(target, codebase) ||
      handsMailOn(target)
    )
  })
  for (const [first, ...rest] of Map.groupBy(left, ({ target }) => target.node).values()) {
    if (!first) continue
    const around = functionAround(first.call)
    yield {
      file: first.file,
      node: first.call,
      // A process that cannot start what it is for may end.
      severity: around && codebase.atStart.has(around) ? 'info' : 'medium',
      confidence: 'medium',
      message: `\`${textOf(first.call.callee, first.file, 40)}\` ${first.target.node.async ? 'is async' : 'gives a promise'}, and nobody waits for it or handles its failure.`,
      also: rest.map(({ call, file }) => ({ path: file.path, line: lineOf(call, file) })),
    }
  }
}

/** The same where no answer depends on it. */
export const unwaitedWork: Words = {
  fix: {
    say: 'Wait for all of them, and let the failure reach whoever started the work.',
    code: { any: 'await Promise.all([Product.bulkCreate(products), Shop.create(shop)])' },
  },
}

/** How a write is put right that nobody waits for. */
export const unwaited: Words = {
  why: 'Since Node.js 15 an unhandled rejection stops the process; and the caller is told that it is done before it is, or although it failed.',
  fix: {
    say: 'Wait for it before the answer, where failures are handed on.',
    code: { any: "await Promise.all(products.map((product) => product.save()))\nres.redirect('/products')" },
  },
}

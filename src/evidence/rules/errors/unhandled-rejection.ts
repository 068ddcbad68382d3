import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import type { Handler } from '../../facts/handlers.ts'
import { readProcessEvents } from '../../facts/process-events.ts'
import { chainTop, errorNames, handlesRejection, isFloating, isTried, unprotectedAwait } from '../../facts/promises.ts'
import {
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage, lineOf, majorOf, requestOf, routesOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const unhandledRejection: Rule = {
  id: 'unhandled-rejection',
  category: 'unhandled-rejection',
  severity: 'high',
  confidence: 'high',
  title: 'Nobody handles the failure of a promise',
  why: 'Since Node.js 15 an unhandled rejection stops the process; where something catches it globally, the request still waits for an answer that never comes.',
  effects: {
    safety: 'One failing query ends the process for everyone.',
    latency: 'The caller waits until its own timeout.',
  },
  fix: {
    say: 'Await inside a handler whose errors reach the error middleware.',
    code: {
      Express:
        "router.get('/users', async (req, res, next) => {\n  try {\n    res.json(await User.findAll({ limit: 50 }))\n  } catch (error) {\n    next(error)\n  }\n})   // Express 5 passes rejections to the error middleware by itself",
      any: 'await job.save()',
    },
  },
  sources: [
    'https://nodejs.org/api/process.html#event-unhandledrejection',
    'https://expressjs.com/en/guide/error-handling.html',
  ],
  *find(codebase) {
    const listening = readListening(codebase)
    const { guarded } = listening
    for (const file of codebase.production) {
      yield* chains(codebase, file, listening)
      if (!guarded) yield* callbacks(codebase, file)
    }
    yield* guarded ? byFile(handlers(codebase)) : handlers(codebase)
    yield* writesLeft(codebase, guarded)
    if (!guarded) yield* mailLeft(codebase)
    if (!guarded) yield* callsLeft(codebase)
    if (!guarded) yield* leftAlone(codebase)
  },
}

/** `heard`: the process listens for rejections nobody handled; `guarded`: and it goes on after one. */
type Listening = { heard: boolean; guarded: boolean }

function readListening(codebase: Codebase): Listening {
  const listened = readProcessEvents(codebase.index, codebase.meanings, codebase.calls).filter(
    ({ event }) => event === 'unhandledRejection',
  )
  return { heard: listened.length > 0, guarded: listened.some(({ exits }) => !exits) }
}

/** Where the process lives on, handlers that leave a request waiting have one cause for each router. */
function* byFile(matches: Iterable<Match>): Iterable<Match> {
  for (const group of Map.groupBy(matches, (match) => match.file).values()) {
    const [first, ...rest] = group
    if (first) yield { ...first, severity: 'medium', also: rest.map((match) => placeOf(match)) }
  }
}

function placeOf({ file, line }: Match): { path: string; line: number } {
  return { path: file.path, line: line ?? 1 }
}

/** The last `then` of every chain that nobody waits for and that has no `catch`. */
const openChains = once((file: SourceFile) =>
  file.calls.filter((call) => {
    if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || keyOf(call.callee) !== 'then')
      return false
    if (!isFunction(call.arguments[0]) && call.arguments[0]?.type !== 'Identifier') return false
    const top = chainTop(call)
    if (top !== call && innerThen(top) !== call) return false
    return !handlesRejection(top) && isFloating(top, file) && !pathOf(startOf(call)).endsWith('Promise.allSettled')
  }),
)

function* chains(codebase: Codebase, file: SourceFile, { heard, guarded }: Listening): Iterable<Match> {
  for (const call of openChains(file)) {
    const request = requestOf(codebase, call)
    if ((guarded && !request) || (heard && !functionAround(call))) continue
    // `Promise.resolve(value).then(…)` is written to fail, or cannot.
    if (pathOf(startOf(call)) === 'Promise.resolve') continue
    const start = startOf(call)
    if (isHandledWhereMade(start, file)) continue
    if (isThenable(codebase, call, file) || (!request && !looksAsync(codebase, startCall(call), file))) continue
    yield {
      file,
      node: start,
      line: lineOf(beginOf(start), file),
      severity: request && !guarded ? 'high' : 'medium',
      message: `\`${textOf(start, file, 40)}\` has \`then\` but no \`catch\`${request ? ': when it fails, the request gets no answer' : ''}.`,
    }
  }
}

/** The last `then` of a chain, so that each chain is reported once. */
function innerThen(top: Node): Node | undefined {
  let at: Node = unwrap(top)
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    if (keyOf(at.callee) === 'then') return at
    at = unwrap(at.callee.object)
  }
  return undefined
}

function startOf(call: CallNode): Node {
  let at: Node = call
  while (
    at.type === 'CallExpression' &&
    at.callee.type === 'MemberExpression' &&
    /^(then|finally)$/.test(keyOf(at.callee) ?? '')
  ) {
    at = unwrap(at.callee.object)
  }
  return at.type === 'CallExpression' ? at.callee : at
}

/** The first method of a chain: what is asked for, not how it is sorted. */
function beginOf(start: Node): Node {
  let at = start
  while (at.type === 'MemberExpression') {
    const before = unwrap(at.object)
    if (before.type !== 'CallExpression' || before.callee.type !== 'MemberExpression') return at.property
    at = before.callee
  }
  return at
}

function startCall(call: CallNode): Node {
  let at: Node = call
  while (
    at.type === 'CallExpression' &&
    at.callee.type === 'MemberExpression' &&
    /^(then|finally)$/.test(keyOf(at.callee) ?? '')
  ) {
    at = unwrap(at.callee.object)
  }
  return at
}

/** Outside requests only calls that are known, or named, to return a promise count: other things have `then` too. */
function looksAsync(codebase: Codebase, node: Node, file: SourceFile): boolean {
  if (codebase.queries.some((query) => query.call === node)) return true
  if (node.type !== 'CallExpression') return node.type === 'NewExpression' || node.type === 'ImportExpression'
  const target = codebase.calls.targetOf(node)
  if (target?.node.async) return true
  if (target && target.node.body?.type === 'BlockStatement') return false
  return (
    /(connect|sync|authenticate|fetch|find\w*|save|load\w*|create\w*|start|listen|bootstrap|get\w*|insert\w*|update\w*|all|query|execute|readFile|main|initialize)$/i.test(
      file.text.slice(node.callee.start, node.callee.end),
    ) && !pathOf(node.callee).endsWith('when')
  )
}

/** `const done = pipe(…).then(ok, failed)` and later `done.then(…)`. */
function isHandledWhereMade(start: Node, file: SourceFile): boolean {
  const name = start.type === 'MemberExpression' ? start.object : start
  const made = name.type === 'Identifier' ? lookUp(file.scopes, name, name.name)?.init : undefined
  return made !== undefined && made !== null && handlesRejection(made)
}

function isThenable(codebase: Codebase, call: CallNode, file: SourceFile): boolean {
  const receiver = call.callee.type === 'MemberExpression' ? call.callee.object : call.callee
  return (
    /\.(register|after|ready)\(\)$/.test(pathOf(receiver)) ||
    codebase.meanings.nameOf(receiver, file).startsWith('fastify') ||
    /^cy\b/.test(pathOf(receiver))
  )
}

const asyncCallbacks = once((file: SourceFile) =>
  file.functions.flatMap((node) => {
    const call = node.parent
    if (!node.async || call?.type !== 'CallExpression' || call.callee === node) return []
    const name = call.callee.type === 'MemberExpression' ? keyOf(call.callee) : pathOf(call.callee)
    const told =
      /^(forEach|setInterval|setTimeout|setImmediate|on|once|addListener)$/.test(name ?? '') ||
      takesErrorFirst(node, call)
    return told ? [{ node, call, name, open: unprotectedAwait(node, file) }] : []
  }),
)

/** `connect(async (error, client) => …)`. */
function takesErrorFirst(node: FunctionNode, call: CallNode): boolean {
  if (node.params.length < 2 || call.arguments.at(-1) !== node) return false
  const method = call.callee.type === 'MemberExpression' ? (keyOf(call.callee) ?? '') : pathOf(call.callee)
  if (
    /^(use|get|post|put|patch|delete|all|param|catch|then|on|once|waterfall|series|parallel|setErrorHandler|onError|addHook|handle\w*|wrap\w*|\w*[hH]andler)$/.test(
      method,
    )
  )
    return false
  return errorNames.test(parameterName(node.params[0])?.name ?? '')
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

/** `async` functions given to something that ignores the promise they return. */
function* callbacks(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { node, call, name, open } of asyncCallbacks(file)) {
    if (name === 'forEach' && open && file.awaits.some((item) => item.start > node.start && item.end < node.end)) {
      yield {
        file,
        node: call,
        line: lineOf(node, file),
        message: '`forEach` does not wait for its async callback: failures are lost and what follows runs too early.',
      }
    } else if (open && /^(setInterval|setTimeout|setImmediate)$/.test(name ?? '')) {
      yield {
        file,
        node,
        severity: 'medium',
        message: `A failure inside this async \`${name}\` callback is handled by nobody.`,
      }
    } else if (open && takesErrorFirst(node, call) && !codebase.web.handlers.has(node)) {
      yield {
        file,
        node,
        severity: 'medium',
        message:
          'Who calls this callback ignores the promise it returns: what fails after the first `await` is handled by nobody.',
      }
    } else if (
      open &&
      /^(on|once|addListener)$/.test(name ?? '') &&
      !codebase.web.handlers.has(node) &&
      call.arguments.length === 2 &&
      !/^(process|bot|app|client|emitter2?|worker|queue|consumer)\b/i.test(pathOf(call.callee))
    ) {
      yield {
        file,
        node,
        severity: 'medium',
        confidence: 'medium',
        message: 'The emitter does not handle what this async listener throws.',
      }
    }
  }
}

const wrappers =
  /catch_?async|async_?(handler|wrap|middleware|catch|route)|wrap_?(async|handler|route)?|try_?catch|safe_?handler|promise_?handler/i

/** Named as a wrapper, or written as one: a function in a function that awaits a parameter of the outer and hands on what it throws. */
const isWrapper = once(
  (file: SourceFile) => wrappers.test(file.path) || file.functions.some((node) => wraps(node, file)),
)

function wraps(node: FunctionNode, file: SourceFile): boolean {
  const outer = functionAround(node)
  if (!outer || node.params.length < 2) return false
  const given = outer.params.flatMap((param) => parameterName(param)?.name ?? [])
  const text = file.text.slice(node.start, node.end)
  const called = given.some((name) => new RegExp(String.raw`(await|return|resolve\(|=>)\s*\b${name}\(`).test(text))
  const next = node.params.flatMap((param) => parameterName(param)?.name ?? []).find((name) => /next/i.test(name))
  return called && next !== undefined && new RegExp(String.raw`catch\b[\s\S]*\b${next}\b`).test(text)
}
const mentionsWrapper = once((file: SourceFile) => wrappers.test(file.text))

function* handlers(codebase: Codebase): Iterable<Match> {
  if (
    (majorOf(codebase, 'express') ?? 5) >= 5 ||
    importsPackage(codebase, /^(express-async-errors|express-promise-router|@awaitjs\/express)$/)
  )
    return
  const wrapped = codebase.production.some(isWrapper)
  for (const [node, handler] of codebase.web.handlers) {
    if (!node.async || handler.framework !== 'express' || handler.error !== undefined) continue
    const open = unprotectedAwait(node, handler.file)
    if (!open || isWrapped(codebase, node, handler, wrapped)) continue
    yield {
      file: handler.file,
      node,
      line: lineOf(node, handler.file),
      message: `Express 4 ignores the promise of this async handler: when \`${textOf(open.argument, handler.file, 40)}\` fails, the request gets no answer.`,
    }
  }
}

function isWrapped(codebase: Codebase, node: FunctionNode, handler: Handler, byDefault: boolean): boolean {
  const call = node.parent
  if (
    call?.type === 'CallExpression' &&
    call.callee !== node &&
    !/\.(get|post|put|patch|delete|all|use|del|head|options|param)$/.test(pathOf(call.callee))
  )
    return true
  const routes = routesOf(codebase, node)
  if (routes.length > 0 && routes.every((route) => route.through && /\bcatch\b/.test(route.through.file.text)))
    return true
  const steps = routes.flatMap((route) => route.own.filter((step) => step.function === node))
  if (steps.length > 0) return steps.every((step) => step.node.type === 'CallExpression' && !isFunction(step.node))
  // Who registers it is not seen: where the project wraps handlers, it wraps this one.
  return byDefault || (!isExportedHere(node) && mentionsWrapper(handler.file))
}

function isExportedHere(node: FunctionNode): boolean {
  return node.parent?.type === 'AssignmentExpression' || node.parent?.type === 'ExportNamedDeclaration'
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
    if (isFunction(last) || closesConnection(query) || isCollected(query)) continue
    yield {
      file: query.file,
      node: query.call,
      ...(guarded ? { severity: 'medium' as const } : {}),
      message: `\`${textOf(query.call.callee, query.file, 40)}\` is started and left: its failure is handled by nobody and the answer does not wait for it.`,
    }
  }
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

/** `bulk.find(…).update(…)` waits for `bulk.execute()`. */
function isCollected({ call, file }: Query): boolean {
  return /^\w*(bulk|batch|pipeline|multi)\w*\s*\./i.test(file.text.slice(call.start, call.end))
}

/** A command that fails may stop. */
const commands = /(^|\/)(cli|bin|commands?)\//

/** Async functions of the project that are started and left: one cause for each function, however often. */
function* leftAlone(codebase: Codebase): Iterable<Match> {
  const left = codebase.calls.linked.filter(({ call, file, target }) => {
    if (
      commands.test(file.path) ||
      !target.node.async ||
      call.parent?.type !== 'ExpressionStatement' ||
      call.type !== 'CallExpression'
    )
      return false
    const last = call.arguments.at(-1)
    // A last `next` or `callback` hears of the failure.
    if (last?.type === 'Identifier' && /^(cb|callback|done|next)$/i.test(last.name)) return false
    const inside = functionAround(call)
    if (!inside || (call.arguments.some((argument) => isFunction(argument)) && !isTried(call, inside))) return false
    return unprotectedAwait(target.node, target.file) !== undefined
  })
  for (const [first, ...rest] of Map.groupBy(left, ({ target }) => target.node).values()) {
    if (!first) continue
    yield {
      file: first.file,
      node: first.call,
      severity: 'medium',
      confidence: 'medium',
      message: `\`${textOf(first.call.callee, first.file, 40)}\` is async, and nobody waits for it or handles its failure.`,
      also: rest.map(({ call, file }) => ({ path: file.path, line: lineOf(call, file) })),
    }
  }
}

import type { Codebase } from '../../codebase.ts'
import type { Handler } from '../../facts/handlers.ts'
import { chainTop, handlesRejection, isFloating, isTried, unprotectedAwait } from '../../facts/promises.ts'
import {
  functionAround,
  isFunction,
  keyOf,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
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
    const guarded = codebase.production.some(listensForRejections)
    for (const file of codebase.production) {
      yield* chains(codebase, file, guarded)
      yield* callbacks(codebase, file)
    }
    yield* handlers(codebase)
    yield* floating(codebase)
  },
}

const listensForRejections = once((file: SourceFile) => /process\.(on|once)\(\s*['"]unhandledRejection/.test(file.text))

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

function* chains(codebase: Codebase, file: SourceFile, guarded: boolean): Iterable<Match> {
  for (const call of openChains(file)) {
    const inside = functionAround(call)
    if (!inside && guarded) continue
    if (
      isThenable(codebase, call, file) ||
      (!requestOf(codebase, call) && !looksAsync(codebase, startCall(call), file))
    )
      continue
    const start = startOf(call)
    const request = requestOf(codebase, call)
    yield {
      file,
      node: start,
      line: lineOf(start.type === 'MemberExpression' ? start.property : start, file),
      severity: request ? 'high' : 'medium',
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
    const told = /^(forEach|setInterval|setTimeout|setImmediate|on|once|addListener)$/.test(name ?? '')
    return told ? [{ node, call, name, open: unprotectedAwait(node, file) }] : []
  }),
)

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

const isWrapper = once((file: SourceFile) => wrappers.test(file.path))
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
  return byDefault || (!isExportedHere(node) && mentionsWrapper(handler.file))
}

function isExportedHere(node: FunctionNode): boolean {
  return node.parent?.type === 'AssignmentExpression' || node.parent?.type === 'ExportNamedDeclaration'
}

/** Database writes and async functions of the project that are started and left. */
function* floating(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (
      query.file.kind !== 'production' ||
      query.callback ||
      query.kind === 'sync' ||
      (!/^(unknown|mongodb)$/.test(query.client) && query.kind === 'raw')
    )
      continue
    if (query.chain.some((name) => /^(then|catch|exec|toArray|on|pipe|stream|cursor|each|forEach)$/.test(name)))
      continue
    const top = chainTop(query.call)
    if (top.parent?.type !== 'ExpressionStatement' || !/insert|update|delete/.test(query.kind)) continue
    const last = top.type === 'CallExpression' ? top.arguments.at(-1) : undefined
    if (isFunction(last)) continue
    yield {
      file: query.file,
      node: query.call,
      message: `\`${textOf(query.call.callee, query.file, 40)}\` is started and left: its failure is handled by nobody and the answer does not wait for it.`,
    }
  }
  for (const { call, file, target } of codebase.calls.linked) {
    if (!target.node.async || call.parent?.type !== 'ExpressionStatement') continue
    const inside = functionAround(call)
    if (!inside || (call.arguments.some((argument) => isFunction(argument)) && !isTried(call, inside))) continue
    if (!unprotectedAwait(target.node, target.file) || call.type !== 'CallExpression') continue
    yield {
      file,
      node: call,
      severity: 'medium',
      confidence: 'medium',
      message: `\`${textOf(call.callee, file, 40)}\` is async, and nobody waits for it or handles its failure.`,
    }
  }
}

import type { Codebase } from '../../../codebase.ts'
import { errorNames, isTried, openAwait, openAwaits, unprotectedAwait } from '../../../facts/promises.ts'
import {
  isFunction,
  isString,
  keyOf,
  parameterName,
  pathOf,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { asksOthers } from './asks-others.ts'

/** Said once for a file. */
export const unheard = 'The emitter does not handle what this async listener throws.'

const ofSocket = /^(socket|io|client|conn(ection)?)\.on$/

const inListener: Words = {
  title: 'A listener fails and nobody handles it',
  why: 'An emitter does not look at the promise that a listener returns: since Node.js 15 what fails in it stops the process, for everyone.',
  fix: {
    say: 'Catch in the listener, or in one function around all of them.',
    code: {
      any: "const heard = (listener) => (...message) => listener(...message).catch((error) => log.error(error))\nsocket.on('rename', heard(async ({ id, name }) => {\n  await rename(id, name)\n}))",
    },
  },
}

/** `async` functions given to something that ignores the promise they return. */
export function* ignoredCallbacks(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const weight = (node: FunctionNode) =>
    openAwaits(node, file, codebase.calls).some(({ argument }) => asksOthers(argument, file, codebase))
      ? {}
      : { severity: 'medium' as const }
  for (const { node, call, name, mayFail } of asyncCallbacks(file)) {
    const open = mayFail && openAwait(node, file, codebase.calls) !== undefined
    if (name === 'forEach' && open && file.awaits.some((item) => item.start > node.start && item.end < node.end)) {
      yield {
        file,
        node: call,
        line: lineOf(node, file),
        ...weight(node),
        message: '`forEach` does not wait for its async callback: failures are lost and what follows runs too early.',
      }
    } else if (name === 'map' && open) {
      yield {
        file,
        node: call,
        line: lineOf(node, file),
        ...weight(node),
        message:
          'Nobody waits for the promises that this `map` makes: failures are lost and what follows runs too early.',
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
      !waits.test(pathOf(call.callee))
    ) {
      yield {
        file,
        node,
        // Whoever connects can send what a query does not take.
        ...(ofSocket.test(pathOf(call.callee)) && /socket\.io(?!-client)/.test(file.text)
          ? weight(node)
          : { severity: 'medium' }),
        confidence: 'medium',
        words: inListener,
        message: unheard,
      }
    }
  }
}

/** `emitter.on('placed', this.tell)`: the same of a listener that goes by a name. */
export function* namedListeners(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('on', 'once', 'addListener')) {
    const [, listener] = call.arguments
    if (file.kind !== 'production' || call.arguments.length !== 2 || !listener || isFunction(listener)) continue
    if (
      waits.test(pathOf(call.callee)) ||
      (!isString(call.arguments[0]) && call.arguments[0]?.type !== 'MemberExpression')
    )
      continue
    const code = codebase.meanings.functionOf(listener, file)
    if (!code?.node.async || codebase.web.handlers.has(code.node) || !mayFail(code, codebase)) continue
    yield {
      file: code.file,
      node: code.node,
      severity: 'medium',
      confidence: 'medium',
      words: inListener,
      message: unheard,
    }
  }
}

function mayFail({ node, file }: { node: FunctionNode; file: SourceFile }, { calls }: Codebase): boolean {
  return unprotectedAwait(node, file) !== undefined && openAwait(node, file, calls) !== undefined
}

/** What looks at the promise of its listeners, or ends anyway. */
const waits = /^(process|bot|app|client|emitter2?|worker|queue|consumer)\b/i

/** `io.use(async (socket, next) => …)`: Socket.IO does not look at the promise, so a bad token ends the process. */
export function* socketMiddleware(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('use')) {
    const [given] = call.arguments
    if (
      !given ||
      call.callee.type !== 'MemberExpression' ||
      !/(^|\.)(io|nsp|namespace)$/.test(pathOf(call.callee.object))
    )
      continue
    const code = codebase.meanings.functionOf(given, file)
    if (!code?.node.async || !/socket\.io/.test(file.text)) continue
    const { node } = code
    const isOpen = (item: Node) => item.start > node.start && item.end < node.end && !isTried(item, node)
    const verify = code.file.calls.find((item) => /(^|\.)verify$/.test(pathOf(item.callee)) && isOpen(item))
    const open = verify ?? openAwait(node, code.file, codebase.calls)
    if (!open) continue
    yield {
      file: code.file,
      node: open,
      confidence: 'medium',
      message:
        'Socket.IO ignores the promise of this middleware: what fails in it ends the process, and the client hears nothing.',
    }
  }
}

const asyncCallbacks = once((file: SourceFile) =>
  file.functions.flatMap((node) => {
    const call = node.parent
    if (!node.async || call?.type !== 'CallExpression' || call.callee === node) return []
    const name = call.callee.type === 'MemberExpression' ? keyOf(call.callee) : pathOf(call.callee)
    const told =
      /^(forEach|setInterval|setTimeout|setImmediate|on|once|addListener)$/.test(name ?? '') ||
      (name === 'map' && isDropped(call)) ||
      takesErrorFirst(node, call)
    return told ? [{ node, call, name, mayFail: unprotectedAwait(node, file) !== undefined }] : []
  }),
)

/** `items.map(save)` alone on a line, also behind `await`, which waits for no list; results and promises have a `map` too. */
function isDropped({ callee, arguments: given, parent }: CallNode): boolean {
  return (
    (parent?.type === 'AwaitExpression' || parent?.type === 'ExpressionStatement') &&
    given.length === 1 &&
    callee.type === 'MemberExpression' &&
    /^[\w$.]+$|(^Object\.(keys|values|entries)|\.(filter|slice|split))\(\)$/.test(pathOf(callee.object)) &&
    !/^(bluebird|promise|async)$/i.test(pathOf(callee.object))
  )
}

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

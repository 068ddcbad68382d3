import { contains, isFunction, literalText, unwrap, type CallNode, type FunctionNode, type Node } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import type { CallIndex } from './call-index.ts'
import type { Meanings } from './meaning.ts'
import { iterationOf } from './repetition.ts'

/** A listener for the end of the process, or for an error nobody handled. */
export type ProcessEvent = {
  /** `SIGTERM`, `SIGINT`, `uncaughtException`, `unhandledRejection`, or `shutdown` for a library that asks for all. */
  event: string
  node: CallNode
  file: SourceFile
  line: number
  /** What the listener and the functions it calls close, as written: `server.close`, `pool.end`. */
  closes: readonly string[]
  /** The listener ends the process, or its code cannot be found. */
  exits: boolean
}

const events = /^(SIG(TERM|INT|HUP|QUIT|USR2)|uncaughtException|unhandledRejection|beforeExit)$/
const libraries =
  /^(close-with-grace|http-graceful-shutdown|stoppable|node-graceful(\.\w+)?|async-exit-hook|exit-hook(\.\w+)?|@godaddy\/terminus\.createTerminus|lightship\.createLightship|http-terminator\.createHttpTerminator)$/
const closing = /([\w$.]+)\??\.(close|end|quit|disconnect|\$disconnect|destroy|stop|shutdown|drain|terminate)\??\(/g
const ending = /process\.(exit|abort|kill)\b|\bexitCode\b|\bthrow\b/

type Code = { node: FunctionNode; file: SourceFile }

/** Listeners of the process for signals and errors nobody caught, with what they close. */
export function readProcessEvents(index: CallIndex, meanings: Meanings, calls: CallGraph): ProcessEvent[] {
  const listened = index.named(/^process\.(on|once|addListener|prependListener)$/).flatMap(({ call, file }) => {
    const [first, listener] = call.arguments
    return eventNames(first, call, file, meanings).flatMap((event): ProcessEvent[] =>
      events.test(event) ? [eventOf(event, call, file, listener, meanings, calls)] : [],
    )
  })
  const handedOn = index.named(libraries).map(({ call, file }) => {
    const listener = call.arguments.find((item) => isFunction(item)) ?? call
    return eventOf('shutdown', call, file, listener, meanings, calls)
  })
  const enabled = index
    .methods('enableShutdownHooks')
    .map(({ call, file }) => eventOf('shutdown', call, file, undefined, meanings, calls))
  return [...listened, ...handedOn, ...enabled]
}

/** One name, or each of a written list: `['SIGINT', 'SIGTERM'].forEach((signal) => process.on(signal, …))`. */
function eventNames(first: Node | undefined, call: CallNode, file: SourceFile, meanings: Meanings): string[] {
  const name = literalText(first)
  if (name !== undefined) return [name]
  for (let at: Node | null | undefined = call; at; at = at.parent) {
    const iteration = isFunction(at) ? iterationOf(at) : undefined
    const list = at.type === 'ForOfStatement' ? at.right : undefined
    const source = list ?? (iteration?.callee.type === 'MemberExpression' ? iteration.callee.object : undefined)
    const meaning = source && meanings.of(source, file)
    const array = meaning?.kind === 'value' ? unwrap(meaning.node) : undefined
    if (array?.type === 'ArrayExpression') return array.elements.flatMap((item) => literalText(item) ?? [])
  }
  return []
}

function eventOf(
  event: string,
  call: CallNode,
  file: SourceFile,
  listener: Node | undefined,
  meanings: Meanings,
  calls: CallGraph,
): ProcessEvent {
  const code = listener && meanings.functionOf(listener, file)
  const texts = code ? codeReached(code, calls, 3) : []
  const text = texts.join('\n')
  const closes = [...text.matchAll(closing)].map((match) => `${match[1] ?? ''}.${match[2] ?? ''}`)
  return {
    event,
    node: call,
    file,
    line: lineAt(file.lineStarts, call.start),
    closes: [...new Set(closes)],
    exits: !code || ending.test(text),
  }
}

/** The text of a function and of the project's functions it calls, to a bounded depth. */
function codeReached(code: Code, calls: CallGraph, depth: number, seen = new Set<FunctionNode>()): string[] {
  if (seen.has(code.node)) return []
  seen.add(code.node)
  const own = code.file.text.slice(code.node.start, code.node.end)
  if (depth === 0) return [own]
  const called = code.file.calls
    .filter((call) => contains(code.node, call))
    .flatMap((call) => calls.targetOf(call) ?? [])
  return [own, ...called.flatMap((target) => codeReached(target, calls, depth - 1, seen))]
}

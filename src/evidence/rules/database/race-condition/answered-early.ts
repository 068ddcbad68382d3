import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import {
  contains,
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  type CallNode,
  type FunctionNode,
} from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { requestOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

const answer = /\bres\.(render|redirect|json|send)/

/** Calls that are statements of functions, where there are answers at all. */
const statementsIn = atOnce((file: SourceFile) =>
  (answer.test(file.text) ? file.calls : []).filter(
    (call) => call.parent?.type === 'ExpressionStatement' && chainTop(call) === call && functionAround(call),
  ),
)

/** An answer beside a write whose callback then calls `next`. */
export function* answeredEarly(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const call of statementsIn(file)) {
      const target = codebase.calls.targetOf(call)
      const handler = requestOf(codebase, call)
      const next = handler?.next
      if (!target || !next) continue
      const after = file.text.slice(call.end, handler.node.end)
      if (!answer.test(after)) continue
      if (!goesOnAfterWrite(call, file, next) && !isGivenNext(call, next, target)) continue
      yield {
        file,
        node: call,
        confidence: 'medium',
        message: `The answer does not wait for \`${textOf(call.callee, file, 40)}\`, whose failure then calls \`${next}\` after it.`,
      }
    }
  }
}

const writes = /insert|update|save|create/i

/** `save(row, (error) => { if (error) return next(error) })`. */
function goesOnAfterWrite(call: CallNode, file: SourceFile, next: string): boolean {
  const last = call.arguments.at(-1)
  if (!isFunction(last) || !writes.test(keyOf(call.callee) ?? '')) return false
  const body = file.text.slice(last.start, last.end)
  return new RegExp(`\\b${next}\\(`).test(body) && !/\bres\./.test(body)
}

/** `prepare(user, next)`, a function that makes such a write itself. */
function isGivenNext(call: CallNode, next: string, { node, file }: { node: FunctionNode; file: SourceFile }): boolean {
  const index = call.arguments.findIndex((argument) => argument.type === 'Identifier' && argument.name === next)
  const name = index < 0 ? undefined : parameterName(node.params[index])?.name
  return (
    name !== undefined &&
    file.calls.some((item) => contains(node, item) && goesOnAfterWrite(item, file, name) && chainTop(item) === item)
  )
}

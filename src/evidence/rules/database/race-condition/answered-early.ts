import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import { functionAround, isFunction, keyOf } from '../../../parse/ast.ts'
import { requestOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** An answer beside a write whose callback then calls `next`. */
export function* answeredEarly(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.calls.linked) {
    const last = call.arguments.at(-1)
    if (!isFunction(last) || call.parent?.type !== 'ExpressionStatement' || chainTop(call) !== call) continue
    const handler = requestOf(codebase, call)
    const next = handler?.next
    if (!next || functionAround(call) === undefined || !/insert|update|save|create/i.test(keyOf(call.callee) ?? ''))
      continue
    const body = file.text.slice(last.start, last.end)
    const after = file.text.slice(call.end, handler.node.end)
    if (
      /\bres\.(render|redirect|json|send)/.test(after) &&
      new RegExp(`\\b${next}\\(`).test(body) &&
      !/\bres\./.test(body)
    ) {
      yield {
        file,
        node: call,
        confidence: 'medium',
        message: `The answer does not wait for \`${textOf(call.callee, file, 40)}\`, whose failure then calls \`${next}\` after it.`,
      }
    }
  }
}

import type { Codebase } from '../../../codebase.ts'
import { contains, functionAround, keyOf } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** `incr` and then `expire`: when the process ends in between, the counter never does. */
export function* countedWithoutEnd(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('incr')) {
    const around = functionAround(call)
    const key = call.arguments[0]
    if (!around || !key || call.parent?.type !== 'AwaitExpression') continue
    const text = file.text.slice(key.start, key.end)
    const expires = file.calls.find(
      (item) =>
        item.start > call.end &&
        contains(around, item) &&
        /^p?expire$/i.test(keyOf(item.callee) ?? '') &&
        item.arguments[0] !== undefined &&
        file.text.slice(item.arguments[0].start, item.arguments[0].end) === text,
    )
    if (!expires || /multi\(|pipeline\(|\beval/.test(file.text.slice(around.start, around.end))) continue
    yield {
      file,
      node: call,
      confidence: 'medium',
      severity: 'low',
      message: '`incr` and `expire` are two steps: when the second does not come, the counter stays for ever.',
    }
  }
}

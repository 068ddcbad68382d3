import type { Codebase } from '../../../codebase.ts'
import { contains, functionAround, keyOf, literalText, pathOf, type CallNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { requestOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { locked } from './locked.ts'

/** `if (product.reviews.some(isMine)) …`, then `product.reviews.push(review)` and `product.save()`. */
export function* addedAfterLook(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('push', 'unshift')) {
    const around = functionAround(call)
    const list = listOf(call)
    const row = list && /^(\w+)\.\w+(\.\w+)?$/.exec(list)?.[1]
    if (!around || row === undefined || literalText(call.arguments[0]) !== undefined) continue
    if (/^(this|req|res|ctx|request)$/.test(row) || !requestOf(codebase, call)) continue
    const inside = file.calls.filter((item) => contains(around, item))
    const look = inside.find(
      (item) => item.end <= call.start && listOf(item) === list && asks.test(keyOf(item.callee) ?? ''),
    )
    const saves = inside.some((item) => item.start > call.end && savesRow(item, row, file))
    if (!look || !saves || locked.test(file.text.slice(around.start, call.end))) continue
    yield {
      file,
      node: look,
      severity: 'low',
      confidence: 'medium',
      words: askedInUpdate,
      message: `Two requests at once both find nothing in \`${list}\` and both add; the condition belongs into the update.`,
    }
  }
}

const asks = /^(some|find|includes|findIndex|indexOf)$/

function listOf({ callee }: CallNode): string | undefined {
  return callee.type === 'MemberExpression' ? pathOf(callee.object) : undefined
}

function savesRow(call: CallNode, row: string, file: SourceFile): boolean {
  if (keyOf(call.callee) !== 'save') return false
  const [given] = call.arguments
  return listOf(call) === row || (given !== undefined && file.text.slice(given.start, given.end) === row)
}

const askedInUpdate: Words = {
  title: 'The same can be added to a list twice',
  why: 'Two requests at once both look, both find nothing, and both add.',
  fix: {
    say: 'Put the condition into the update.',
    code: {
      any: "await Activity.updateOne({ _id: id, 'progress.item': { $ne: item } }, { $push: { progress: { item, at: new Date() } } })",
    },
  },
}

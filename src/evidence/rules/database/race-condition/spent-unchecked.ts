import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { contains, functionAround, keyOf, unwrap, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { lineAt, type SourceFile } from '../../../parse/source-file.ts'
import { requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** A balance or stock that one statement lowers without asking whether enough is left. */
export function* spentUnchecked(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.kind !== 'update' && query.kind !== 'raw') continue
    const field = query.file.kind === 'production' ? loweredField(query) : undefined
    const around = field === undefined ? undefined : unitAround(query.call, codebase)
    if (field === undefined || !around || !requestOf(codebase, query.call)) continue
    const { file, call } = query
    const before = codeText({ start: around.start, end: call.start }, file)
    if (heldBack.test(before) || isReadInTransaction(before, field)) continue
    const check = checkBefore(query, field, around)
    const line = lineAt(file.lineStarts, call.start)
    yield {
      file,
      node: check ?? call,
      confidence: 'medium',
      also: check ? [{ path: file.path, line }] : [],
      message: check
        ? `Whether enough of \`${field}\` is left is asked here and taken on line ${line} without asking again: two requests at once take more than there is.`
        : `\`${field}\` is lowered without the condition that enough is left: two requests at once take it below zero.`,
    }
  }
}

/** The function a request runs through: callbacks belong to the function they are written in. */
function unitAround(call: Node, codebase: Codebase): FunctionNode | undefined {
  let found = functionAround(call)
  while (found && found.parent?.type === 'CallExpression' && !codebase.web.handlers.has(found)) {
    const outer = functionAround(found)
    if (!outer) break
    found = outer
  }
  return found
}

const spendable = String.raw`(\w*(?:balance|stock|inventory|seats?(?:Left|Available)?|credits|wallet|available(?:Seats|Tickets|Slots|Quantity)\w*))`
const lowered = [
  new RegExp(String.raw`\$inc['"]?\s*:\s*\{\s*['"]?(?:[\w$.]+\.)?${spendable}['"]?\s*:\s*-`, 'i'),
  new RegExp(String.raw`\b${spendable}['"]?\s*:\s*\{\s*decrement\s*:`, 'i'),
  new RegExp(String.raw`\b${spendable}['"]?\s*:\s*[\w.$]*(?:literal|raw)\(\s*['"\x60]\s*["\x60]?\1["\x60]?\s*-`, 'i'),
]
const loweredInSql = new RegExp(
  String.raw`\bset\b[^;]*?["\x60]?\b${spendable}["\x60]?\s*=\s*["\x60]?\1["\x60]?\s*-`,
  'i',
)
const enough = /gte?\b|>=|>\s*[?$:\d]|MoreThan|FOR UPDATE/
const heldBack = /for update|\block|mutex|serializable|redlock|semaphore/i

function loweredField({ call, method, sql, file }: Query): string | undefined {
  if (sql) {
    const text = sqlText(sql, file) ?? ''
    return /^\s*update\b/i.test(text) && !enough.test(text.slice(text.search(/\bwhere\b/i)))
      ? loweredInSql.exec(text)?.[1]
      : undefined
  }
  const text = file.text.slice(call.callee.end, call.end)
  if ((method !== 'decrement' && !/-|decrement/.test(text)) || enough.test(text)) return undefined
  if (method === 'decrement') return new RegExp(String.raw`['"{\s]${spendable}\b`, 'i').exec(text)?.[1]
  return lowered.map((pattern) => pattern.exec(text)?.[1]).find((name) => name !== undefined)
}

/** The row is read in the transaction that changes it: how far that holds is a matter of the database. */
function isReadInTransaction(before: string, field: string): boolean {
  const start = before.search(/transaction\s*\(|startTransaction|\bBEGIN\b/)
  return start >= 0 && new RegExp(String.raw`\b${field}\b`).test(before.slice(start))
}

/** `product.stock < quantity` before the write, in the same function. */
function checkBefore({ call, file }: Query, field: string, around: FunctionNode): Node | undefined {
  return file.binaries.findLast(
    (item) =>
      item.start < call.start &&
      contains(around, item) &&
      /^[<>]=?$/.test(item.operator) &&
      [item.left, item.right].some((side) => isField(side, field, file)),
  )
}

function isField(side: Node, field: string, file: SourceFile): boolean {
  const inner = unwrap(side)
  return inner.type === 'MemberExpression' ? keyOf(inner) === field : file.text.slice(inner.start, inner.end) === field
}

import { heldNames } from '../../../facts/query-results.ts'
import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { chainTop } from '../../../facts/promises.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { contains, functionAround } from '../../../parse/ast.ts'
import { purposeOf, requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** The last number, or how many there are, plus one: two requests at once get the same. */
export function* nextNumber(codebase: Codebase): Iterable<Match> {
  const inserts = Map.groupBy(
    codebase.queries.filter(({ kind, sql, file }) =>
      sql ? /^\s*insert\b/i.test(sqlText(sql, file) ?? '') : kind.startsWith('insert'),
    ),
    ({ file }) => file,
  )
  for (const query of codebase.queries) {
    const { call, file } = query
    const around = functionAround(call)
    if (!around || file.kind !== 'production' || !asksForLast(query) || !requestOf(codebase, call)) continue
    const insert = inserts.get(file)?.find((item) => item.call.start > call.end && contains(around, item.call))
    if (!insert && !/next|generat|make|new/i.test(purposeOf(codebase, call))) continue
    const after = file.text.slice(call.end, insert?.call.end ?? around.end)
    const raised = heldNames(call).find((name) => isRaised(name, after))
    if (raised === undefined || guarded.test(file.text.slice(around.start, around.end))) continue
    yield {
      file,
      node: call,
      confidence: 'medium',
      message: `The next number is made from \`${raised}\`: two requests at once get the same.`,
    }
  }
}

const guarded = /for update|\block|mutex|serializable|advisory|retry|attempt|while\s*\(/i

function asksForLast({ kind, call, sql, file }: Query): boolean {
  const text = sql ? (sqlText(sql, file) ?? '') : file.text.slice(call.start, chainTop(call).end)
  if (sql) return /^\s*select\s+(max|count)\s*\(|\border\s+by\b[\s\S]*\bdesc\s+limit\s+1\b/i.test(text)
  if (kind === 'count') return true
  return kind === 'find-one' && /\bsort\(\s*(\{[^}]*:\s*-1|['"]-)|['"]desc['"]|\bDESC\b|\bmax\b/i.test(text)
}

/** `count + 1`, `Number(last.number) + 1`, `last.number++`, or a name that holds a part of it and is raised. */
function isRaised(name: string, after: string): boolean {
  const held = String.raw`\b${name}\b(?!\s*\()`
  const plus = String.raw`[^;\n]*\+\s*1\b(?!\s*\))`
  if (new RegExp(String.raw`${held}[^;\n]*?\+\s*1\b|${held}[\w.?]*\+\+|1\s*\+\s*${held}`).test(after)) return true
  const part = new RegExp(String.raw`\b(?:const|let|var)\s+(\w+)\s*=[^;\n]*${held}[^;\n]*`).exec(after)?.[1]
  return part !== undefined && new RegExp(String.raw`\b${part}\b${plus}`).test(after)
}

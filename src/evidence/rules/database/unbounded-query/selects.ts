import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { plainModel } from '../../../facts/query-filters.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { functionAround, literalText, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { growingList, smallTable } from '../small-tables.ts'
import { growsByUse } from './growing-tables.ts'
import { staysInside } from './stays-inside.ts'

/** SQL that selects every row of a table. */
export function* openSelects(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries)
    if (query.file.kind === 'production' && query.kind === 'raw' && query.sql) yield* selects(query, codebase)
}

function* selects(query: Query, codebase: Codebase): Iterable<Match> {
  const sql = query.sql
  const text = sql ? literalText(sql) : undefined
  const held = text ?? textOfName(query) ?? (sql && templateText(sql, query.file))
  // A piece of SQL given to a query builder is part of a larger query.
  if (query.method === 'raw' && query.call.parent?.type === 'CallExpression') return
  if (
    held === undefined ||
    !/^\s*select\b/i.test(held) ||
    /^\s*select\s+extract\s*\([^)]*\)(\s+as\s+\w+)?\s*;?\s*$/i.test(held) ||
    !/\bfrom\s+(?!unnest|pg_|information_schema|sqlite_master|generate_series|dual\b)["`[]?\w+["`\]]?(?![\w(])/i.test(
      held,
    ) ||
    /\bexists\s*\(|\bunnest\s*\(|\bany\s*\(/i.test(held) ||
    /\b(limit|top\s+\d|fetch\s+(first|next)|having)\b|\bcount\s*\(/i.test(held) ||
    isOneSum(held)
  )
    return
  const table = /\bfrom\s+["'`[]?(\w+)/i.exec(held)?.[1] ?? ''
  const owner = ofOneThing.exec(held)?.[1]
  // Of what one thing has, only lists that grow are long; by its own key there is one.
  const isLong = owner !== undefined && growingList.test(table) && plainModel(owner) !== plainModel(table)
  const many = isLong || /\blike\s/i.test(held)
  if (/\bwhere\b/i.test(held) && (!many || !requestOf(codebase, query.call))) return
  if (!requestOf(codebase, query.call) && !functionAround(query.call)) return
  if (staysInside(query.call, query.file, codebase)) return
  yield {
    file: query.file,
    node: query.call,
    line: query.line,
    ...(many || smallTable.test(table)
      ? { severity: 'info' as const }
      : growsByUse(query, codebase)
        ? {}
        : { severity: 'low' as const }),
    message: `\`${held.trim().slice(0, 50)}\` has ${many ? 'no `limit`' : 'neither `where` nor `limit`'}.`,
  }
}

/** What is summed up over all rows is one row, unless it is said of groups. */
function isOneSum(text: string): boolean {
  return /\b(sum|avg|min|max)\s*\(/i.test(text) && !/\bgroup\s+by\b|\bover\s*\(/i.test(text)
}

/** `… WHERE c.post_id = $1 ORDER BY c.made_at`: the stem of the key. */
const ofOneThing =
  /\b(?:where|WHERE)\s+(?:\w+\.)?["`]?([a-zA-Z]\w*?)(?:_id|Id)["`]?\s*=\s*\S+\s*((order\s+by|ORDER\s+BY)\s[^()]*)?;?\s*$/

/** The text of a template whose parts are values alone: a part that may be a condition or a limit is not known. */
function templateText(sql: Node, file: SourceFile): string | undefined {
  if (sql.type !== 'TemplateLiteral') return undefined
  const text = sqlText(sql, file)
  return text?.replace(/(like|=|[<>])\s*['"%]*\?['"%]*/gi, '').includes('?') ? undefined : text
}

function textOfName(query: Query): string | undefined {
  if (query.sql?.type !== 'Identifier') return undefined
  const name = query.sql.name
  // `sql += ' LIMIT 10'` may follow.
  if (lookUp(query.file.scopes, query.sql, name)?.writes.length !== 0) return undefined
  const declarator = query.file.declarators.findLast(
    (item) => item.id.type === 'Identifier' && item.id.name === name && item.start < query.call.start,
  )
  return declarator?.init ? (literalText(declarator.init) ?? templateText(declarator.init, query.file)) : undefined
}

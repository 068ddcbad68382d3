import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import { subjectOf } from '../../../facts/query-filters.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `SELECT *` over joined tables, or of accounts. */
export function* everyColumn(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (!query.sql || query.file.kind !== 'production') continue
    const text = sqlText(query.sql, query.file) ?? ''
    if (!/^\s*select\s+\*\s/i.test(text) || !requestOf(codebase, query.call)) continue
    const isJoined = /join/i.test(text)
    if (!isJoined && !isAccountModel(subjectOf(query))) continue
    yield {
      file: query.file,
      node: query.call,
      line: query.line,
      message: isJoined
        ? '`SELECT *` over a join reads all columns of all tables.'
        : '`SELECT *` of accounts reads their secrets with what is needed.',
    }
  }
}

import type { Query } from './queries.ts'
import { sqlText } from './sql-text.ts'

/** What a write does, also when it is SQL. */
export function verbOf({ kind, sql, file }: Query): string | undefined {
  const text = kind === 'raw' && sql ? sqlText(sql, file) : kind
  return /^\s*(insert|update|delete)\b/i.exec(text ?? '')?.[1]?.toLowerCase()
}

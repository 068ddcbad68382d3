import { sqlText } from '../../facts/sql-text.ts'
import { requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const overfetch: Rule = {
  id: 'overfetch',
  category: 'overfetch',
  severity: 'info',
  confidence: 'low',
  title: 'All columns are read',
  why: 'New columns, large or secret ones included, then travel with every row.',
  effects: { latency: 'More bytes than needed.', memory: 'More bytes than needed.' },
  fix: { say: 'Name the columns.', code: { any: 'SELECT id, name, price FROM products WHERE category = $1 LIMIT 50' } },
  sources: ['https://use-the-index-luke.com/sql/clustering/index-only-scan-covering-index'],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (!query.sql || query.file.kind !== 'production' || !requestOf(codebase, query.call)) continue
      if (
        /^\s*select\s+\*\s/i.test(sqlText(query.sql, query.file) ?? '') &&
        /join/i.test(sqlText(query.sql, query.file) ?? '')
      ) {
        yield {
          file: query.file,
          node: query.call,
          line: query.line,
          message: '`SELECT *` over a join reads all columns of all tables.',
        }
      }
    }
  },
}

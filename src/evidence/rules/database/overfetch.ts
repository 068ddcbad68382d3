import { isAccountModel } from '../../facts/entities.ts'
import { subjectOf } from '../../facts/query-filters.ts'
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
  },
}

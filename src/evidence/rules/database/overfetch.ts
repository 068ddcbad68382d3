import type { Rule } from '../rule.ts'
import { countedByReading } from './overfetch/counted-by-reading.ts'
import { everyColumn } from './overfetch/every-column.ts'
import { onlyLookedAt } from './overfetch/only-looked-at.ts'
import { readAgain } from './overfetch/read-again.ts'

export const overfetch: Rule = {
  id: 'overfetch',
  category: 'overfetch',
  severity: 'info',
  confidence: 'low',
  title: 'More is read than is needed',
  why: 'Rows and columns that nobody looks at are read, sent and kept in memory; new columns, secret ones included, travel with them.',
  effects: { latency: 'More bytes than needed.', memory: 'More bytes than needed.' },
  fix: {
    say: 'Name the columns, and let the database count, search and add up.',
    code: { any: 'SELECT id, name, price FROM products WHERE category = $1 LIMIT 50' },
  },
  sources: ['https://use-the-index-luke.com/sql/clustering/index-only-scan-covering-index'],
  *find(codebase) {
    yield* countedByReading(codebase)
    yield* everyColumn(codebase)
    yield* onlyLookedAt(codebase)
    yield* readAgain(codebase)
  },
}

import type { Rule } from '../rule.ts'
import { openBuilders } from './unbounded-query/builders.ts'
import { openFinds } from './unbounded-query/finds.ts'
import { wholeRelations } from './unbounded-query/relations.ts'
import { openSelects } from './unbounded-query/selects.ts'

export const unboundedQuery: Rule = {
  id: 'unbounded-query',
  category: 'unbounded-query',
  severity: 'medium',
  confidence: 'medium',
  title: 'A query may return every row there is',
  why: 'It is fast with the rows of today; the answer, the memory and the time grow with every one that is added.',
  effects: { latency: 'Grows with the number of rows.', memory: 'All rows are in memory at once, per request.' },
  fix: {
    say: 'Page by key and put an upper end on the page size.',
    code: {
      Mongoose:
        'const users = await User.find({ _id: { $gt: after } }).sort({ _id: 1 }).limit(Math.min(size, 100)).lean()',
      Prisma:
        "const users = await prisma.user.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take: Math.min(size, 100) })",
      TypeORM:
        "const page = await users.find({ where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: Math.min(size, 100) })",
      SQL: 'SELECT id, name FROM users WHERE id > :after ORDER BY id LIMIT 100',
      any: "const users = await User.findAll({ where: { id: { [Op.gt]: after } }, order: [['id', 'ASC']], limit: Math.min(size, 100) })",
    },
  },
  sources: ['https://use-the-index-luke.com/no-offset', 'https://cwe.mitre.org/data/definitions/770.html'],
  *find(codebase) {
    yield* openFinds(codebase)
    yield* openSelects(codebase)
    yield* openBuilders(codebase)
    yield* wholeRelations(codebase)
  },
}

import { isNeverRun } from '../../facts/lazy-queries.ts'
import { standsApart, textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const neverRun: Rule = {
  id: 'never-run',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'A query is written and never run',
  why: 'Queries of Mongoose, Prisma and Knex start when somebody waits for them: a line that only makes one does nothing.',
  effects: { safety: 'What should be stored, changed or deleted stays as it was, without an error.' },
  fix: { say: 'Wait for it.', code: { any: 'await User.updateOne({ _id: id }, { $set: { online: false } })' } },
  sources: [
    'https://mongoosejs.com/docs/queries.html#executing',
    'https://www.prisma.io/docs/orm/reference/prisma-client-reference',
  ],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (query.file.kind === 'production' && isNeverRun(query))
        yield {
          file: query.file,
          node: query.call,
          // Whoever runs it sees that nothing came of it.
          ...(standsApart(query.file, codebase) ? { severity: 'low' as const } : {}),
          message: `\`${textOf(query.call.callee, query.file, 40)}\` is never run: such a query starts when it is awaited.`,
        }
    }
  },
}

import { bySentence, kindsAsOne } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'
import { driverLookups } from './missing-index/driver-lookups.ts'
import type { Field } from './missing-index/fields.ts'
import { foreignKeys } from './missing-index/foreign-keys.ts'
import { lookedUp } from './missing-index/looked-up.ts'
import { neverExpiring } from './missing-index/never-expiring.ts'

export const missingIndex: Rule = {
  id: 'missing-index',
  category: 'missing-index',
  severity: 'medium',
  confidence: 'medium',
  title: 'Rows are looked up by a field without an index',
  why: 'Every lookup reads all rows; where a value may be there once only, two requests can also store it twice.',
  effects: { latency: 'Grows with the number of rows.', safety: 'Duplicates of what should be unique.' },
  fix: {
    say: 'Declare the index with the field.',
    code: {
      Mongoose:
        'customerId: { type: Schema.Types.ObjectId, index: true }\nusername: { type: String, required: true, unique: true } // one of each',
      Prisma: '@@index([customerId])\n@@unique([username]) // one of each',
      TypeORM: '@Index()\n@Column()\ncustomerId: string',
      Sequelize: "Order.init(fields, { sequelize, indexes: [{ fields: ['customer_id'] }] })",
      any: 'CREATE INDEX orders_customer_id ON orders (customer_id);',
    },
  },
  sources: ['https://use-the-index-luke.com/', 'https://mongoosejs.com/docs/guide.html#indexes'],
  limits: 'Only models defined in code are known; indexes made by hand in the database are not.',
  *find(codebase) {
    const reported = new Set<Field>()
    // A schema that is kept once for each database or service says the same in each.
    yield* bySentence(lookedUp(codebase, reported))
    yield* keysAsOne(bySentence(foreignKeys(codebase, reported)))
    yield* driverLookups(codebase)
    yield* neverExpiring(codebase)
  },
}

/** From so many on, keys without an index are how a schema is written. */
const manyKeys = 5

/** One finding for the keys of each schema file. */
function* keysAsOne(matches: Iterable<Match>): Iterable<Match> {
  for (const ofFile of Map.groupBy(matches, ({ file }) => file.path).values()) yield* kindsAsOne(ofFile, manyKeys)
}

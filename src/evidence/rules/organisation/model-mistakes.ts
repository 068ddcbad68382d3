import type { Rule } from '../rule.ts'
import { hashedAgain } from './model-mistakes/hashed-again.ts'
import { moneyInFloats } from './model-mistakes/money-in-floats.ts'
import { otherKinds } from './model-mistakes/other-kinds.ts'
import { relationMistakes } from './model-mistakes/relations.ts'
import { schemaMistakes } from './model-mistakes/schemas.ts'
import { voidOptions } from './model-mistakes/void-options.ts'

export const modelMistakes: Rule = {
  id: 'model-mistakes',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A model says something else than was meant',
  why: 'The library takes what is written: an option it does not know is passed over, a value is computed once, a relation joins the wrong table.',
  effects: { safety: 'Wrong or missing data, found late.' },
  fix: {
    say: 'Write it as the library reads it.',
    code: {
      any: "const orders = new Schema({ orderedAt: { type: Date, default: Date.now } }, { timestamps: true })\n@Column('decimal', { precision: 12, scale: 2 }) price: string",
    },
  },
  sources: [
    'https://mongoosejs.com/docs/guide.html#options',
    'https://mongoosejs.com/docs/defaults.html#default-functions',
    'https://typeorm.io/docs/relations/many-to-one-one-to-many-relations',
    'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT',
  ],
  *find(codebase) {
    yield* schemaMistakes(codebase)
    yield* relationMistakes(codebase)
    yield* moneyInFloats(codebase)
    yield* otherKinds(codebase)
    yield* hashedAgain(codebase)
    yield* voidOptions(codebase)
  },
}

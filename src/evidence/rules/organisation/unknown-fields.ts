import type { Rule } from '../rule.ts'
import { notInTheSchema } from './unknown-fields/not-in-the-schema.ts'
import { notSelected } from './unknown-fields/not-selected.ts'

export const unknownFields: Rule = {
  id: 'unknown-fields',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A model is asked for a field it does not have',
  why: 'Mongoose passes over fields that the schema does not name: a filter by one finds nothing, or every document, and what is written to one is lost.',
  effects: { safety: 'The wrong documents are found or changed; data is lost without an error.' },
  fix: {
    say: 'Add the field to the schema, or write it as the schema does.',
    code: { any: "const orders = await Order.find({ buyer: user.id, paymentStatus: 'paid' })" },
  },
  sources: ['https://mongoosejs.com/docs/guide.html#strict', 'https://mongoosejs.com/docs/guide.html#strictQuery'],
  limits: 'Mongoose; schemas written in one object without plugins, and objects written in the call.',
  *find(codebase) {
    yield* notInTheSchema(codebase)
    yield* notSelected(codebase)
  },
}

import type { Codebase } from '../../codebase.ts'
import { kindsAsOne } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'
import { looseFields, usesClassValidator } from './loose-shape/class-fields.ts'
import { bareInput, isBareInput } from './loose-shape/graphql-inputs.ts'
import { inputClasses } from './loose-shape/input-classes.ts'
import { fieldsByThemselves, pipes, shapesNobodyChecks } from './loose-shape/nest-pipes.ts'
import { pagesBelowOne } from './loose-shape/page-numbers.ts'
import { inSchemas } from './loose-shape/schema-numbers.ts'

export const looseShape: Rule = {
  id: 'loose-shape',
  category: 'missing-validation',
  severity: 'low',
  confidence: 'medium',
  title: 'A check lets through what makes no sense',
  why: 'A shape that names a field without its limits reads as if the input were checked, and takes a price below zero, a page of a million rows, or an object in place of a text.',
  effects: {
    safety: 'Amounts below zero turn payments around.',
    maintenance: 'What a field may hold is written nowhere.',
  },
  fix: {
    say: 'Say what the field must be, and between which limits.',
    code: {
      any: 'const item = z.object({ price: z.number().positive().max(100_000), quantity: z.number().int().min(1).max(99) })',
      NestJS: '@IsInt()\n@Min(1)\n@Max(100)\nlimit = 20',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html'],
  *find(codebase) {
    yield* kindsAsOne(fieldsOfClasses(codebase), several)
    for (const file of codebase.production) yield* inSchemas(file)
    yield* shapesNobodyChecks(codebase)
    yield* pipes(codebase)
    yield* kindsAsOne(fieldsByThemselves(codebase), several)
    yield* pagesBelowOne(codebase)
  },
}

const several = 4

function* fieldsOfClasses(codebase: Codebase): Iterable<Match> {
  const inputs = inputClasses(codebase)
  for (const file of codebase.production) {
    for (const node of file.classes) {
      if (isBareInput(node, file)) yield* bareInput(node, file)
      else if (inputs.has(node) && usesClassValidator(file)) yield* looseFields(node, file)
    }
  }
}

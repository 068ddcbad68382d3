import { expect, test } from 'vitest'
import { analyse } from '../../../src/evidence/analyse.ts'

test('a name that is annotated with itself costs nothing', () => {
  const files = new Map([['a.ts', 'export declare const main: main\nmain.run()\nconst other: other.Part = main']])
  expect(analyse(files).coverage.failedRules).toEqual([])
})

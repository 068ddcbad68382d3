import { expect, test } from 'vitest'
import { tellHabitsOnce } from '../../src/evidence/report/habits.ts'

type Told = Parameters<typeof tellHabitsOnce>[0][number]

function slowSearches(count: number, known: Partial<Told> = {}): Told[] {
  return Array.from({ length: count }, (_, index) => ({
    rule: 'leading-wildcard',
    severity: 'low',
    path: `src/list-${index}.ts`,
    line: 7,
    message: 'The pattern starts with `%`.',
    also: [],
    fingerprint: `search ${index}`,
    ...known,
  }))
}

test('a few places are told one by one', () => {
  const places = slowSearches(3)
  expect(tellHabitsOnce(places)).toEqual(places)
})

test('a habit of the project is one result that lists its other places', () => {
  const told = tellHabitsOnce(slowSearches(5))
  expect(told.map(({ path }) => path)).toEqual(['src/list-0.ts'])
  expect(told[0]?.also).toEqual([1, 2, 3, 4].map((index) => ({ path: `src/list-${index}.ts`, line: 7 })))
  expect(told[0]?.message).toContain('4 more places')
})

test('a habit stays the same result when its first place is mended or another one is added', () => {
  const [known] = tellHabitsOnce(slowSearches(6))
  expect(tellHabitsOnce(slowSearches(6).slice(1)).map(({ fingerprint }) => fingerprint)).toEqual([known?.fingerprint])
  expect(tellHabitsOnce(slowSearches(7)).map(({ fingerprint }) => fingerprint)).toEqual([known?.fingerprint])
})

test('secrets of one settings file are one result, those of another file stay', () => {
  const secretsOf = (path: string, count: number) =>
    slowSearches(count, { rule: 'hardcoded-secret', severity: 'high', path })
  const told = tellHabitsOnce([...secretsOf('.env', 8), ...secretsOf('mail.env', 2)])
  expect(told.map(({ path, also }) => [path, also.length])).toEqual([
    ['.env', 7],
    ['mail.env', 0],
    ['mail.env', 0],
  ])
})

test('what has to be mended place by place stays apart, however often it is found', () => {
  const places = slowSearches(30, { rule: 'sql-injection', severity: 'critical' })
  expect(tellHabitsOnce(places)).toEqual(places)
})

test('what somebody answered for and what a change brings stay apart', () => {
  const answered = slowSearches(4, { excepted: 'The lists are short' })
  const brought = slowSearches(4, { baseline: 'new' })
  const ignored = slowSearches(4, { suppressed: { reason: 'Known', line: 6 } })
  const all = [...answered, ...brought, ...ignored]
  expect(tellHabitsOnce(all)).toEqual(all)
})

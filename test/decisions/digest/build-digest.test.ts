import { expect, test } from 'vitest'
import { buildDigest, type DigestFacts } from '../../../src/decisions/digest/build-digest.ts'

const dayMs = 86_400_000
const to = Date.parse('2026-11-23T08:00:00Z')
const name = (number: number) => ({
  name: `ADR-${number}`,
  says: `says ${number}`,
  title: `title ${number}`,
  link: undefined,
})
const nothing: DigestFacts = {
  from: to - 7 * dayMs,
  to,
  zone: 'UTC',
  proposed: [],
  reviews: [],
  drift: [],
  unchecked: [],
  exceptions: [],
  decided: [],
  closed: [],
  questions: [],
  before: undefined,
}
const drift = { repository: 'acme/orders', places: [], total: 1, brokenSince: null, introduced: null }
const exception = { title: 'x', place: 'src/a.js:1', repository: 'acme/orders', ownerId: 'U1', until: to - dayMs }

test('what needs action comes first: drift, reviews, proposals, ended exceptions', () => {
  const digest = buildDigest({
    ...nothing,
    exceptions: [exception],
    proposed: [{ decision: name(3), since: to - 5 * dayMs, owners: ['U1'] }],
    reviews: [
      { decision: name(2), dueAt: to + 10 * dayMs, owners: ['U1'] },
      { decision: name(4), dueAt: to - 10 * dayMs, owners: ['U1'] },
    ],
    drift: [{ decision: name(1), drift }],
  })
  expect(digest.needsAction.items.map(({ kind }) => kind)).toEqual([
    'drift',
    'review',
    'review',
    'proposed',
    'exception',
  ])
  expect(digest.needsAction.items[1]).toMatchObject({ decision: { name: 'ADR-4' } })
  expect(digest.needsAction.items[3]).toMatchObject({ days: 5 })
})

test('a fresh proposal and a review far ahead need nobody yet', () => {
  const digest = buildDigest({
    ...nothing,
    proposed: [{ decision: name(3), since: to - 2 * dayMs, owners: ['U1'] }],
    reviews: [{ decision: name(2), dueAt: to + 15 * dayMs, owners: ['U1'] }],
  })
  expect(digest.needsAction.items).toEqual([])
  expect(digest.quiet).toBe(true)
  expect(digest.counts.waiting).toBe(1)
})

test('only what happened since the last digest is news, each once over two weeks', () => {
  const item = (at: number) => ({ decision: name(1), outcome: 'accepted' as const, at })
  const decided = [item(to - 7 * dayMs), item(to - 7 * dayMs + 1), item(to), item(to + 1)]
  expect(buildDigest({ ...nothing, decided }).decided.total).toBe(2)
})

test('a long part is cut and says how many there are', () => {
  const decided = Array.from({ length: 30 }, (_, index) => ({
    decision: name(index),
    outcome: 'accepted' as const,
    at: to,
  }))
  const digest = buildDigest({ ...nothing, decided })
  expect(digest.decided.items).toHaveLength(10)
  expect(digest.decided.total).toBe(30)
})

test('a week without anything is quiet', () => {
  expect(buildDigest(nothing).quiet).toBe(true)
  expect(buildDigest({ ...nothing, drift: [{ decision: name(1), drift }] }).quiet).toBe(false)
})

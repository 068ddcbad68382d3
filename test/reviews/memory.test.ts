import { describe, expect, test } from 'vitest'
import { compareReviews, type Past, type Present } from '../../src/reviews/compare-reviews.ts'
import { describeComparison } from '../../src/reviews/describe-comparison.ts'
import { applyExceptions, type FindingException } from '../../src/reviews/exceptions.ts'
import type { ReviewFinding } from '../../src/reviews/review.ts'
import { at, finding } from './findings.ts'

const day = 86_400_000
const then = Date.UTC(2026, 9, 30)
const now = Date.UTC(2026, 10, 20)

function past(findings: ReviewFinding[], excepted: ReviewFinding[] = []): Past {
  return { findings, excepted: excepted.map(dismissed), atMs: then, sha: 'abc1234def' }
}

function dismissed(each: ReviewFinding) {
  return { finding: each, kind: 'wont-fix' as const, reason: 'Known', ownerId: 'U1', until: undefined }
}

function present(findings: ReviewFinding[], overrides: Partial<Present> = {}): Present {
  const all = { hasFile: () => true, isReadByRules: () => true, isReadByModel: () => false, textOf: () => '' }
  return { findings, excepted: [], ...all, ...overrides }
}

function exception(fingerprint: string, overrides: Partial<FindingException> = {}): FindingException {
  const { rule, title } = finding(fingerprint)
  const answered = { kind: 'wont-fix' as const, reason: 'We accept it until the rewrite', ownerId: 'U1' }
  return {
    id: fingerprint,
    fingerprint,
    rule,
    title,
    place: 'src/orders.ts:10',
    until: undefined,
    ...answered,
    ...overrides,
  }
}

describe('A review against the one before', () => {
  test('says what was fixed, what is new, open and moved', () => {
    const before = [at('a', 'a.ts', 5), at('b', 'b.ts', 5), at('c', 'c.ts', 5), at('d', 'd.ts', 5)]
    const after = [at('b', 'b.ts', 9), at('c', 'lib/c.ts', 5), at('d', 'd.ts', 400), at('e', 'e.ts', 1)]
    const comparison = compareReviews(past(before), present(after))
    expect(comparison).toMatchObject({
      fixed: [{ fingerprint: 'a', place: 'a.ts:5' }],
      new: ['e'],
      open: ['b'],
      moved: [
        { fingerprint: 'c', from: 'c.ts:5', to: 'lib/c.ts:5' },
        { fingerprint: 'd', from: 'd.ts:5', to: 'd.ts:400' },
      ],
    })
    expect(describeComparison(comparison, now)).toBe('1 fixed, 1 new, 1 open, 2 moved since 30 Oct (abc1234)')
    expect(describeComparison(comparison, now + 365 * day)).toContain('since 30 Oct 2026')
  })

  test('calls nothing fixed whose file was not read this time', () => {
    const before = past([at('a', 'a.ts', 5), at('b', 'gone.ts', 5)])
    const view = present([], { isReadByRules: () => false, hasFile: (path) => path !== 'gone.ts' })
    expect(compareReviews(before, view).fixed).toMatchObject([{ fingerprint: 'b' }])
  })

  test('counts each place of a cause', () => {
    const others = ['b', 'c'].map((fingerprint, index) => ({
      path: `${fingerprint}.ts`,
      line: index + 1,
      endLine: index + 1,
      url: undefined,
      fingerprint,
      message: undefined,
    }))
    const before = past([finding('a', { also: others })])
    const after = present([finding('a', { also: others.slice(0, 1) })])
    expect(compareReviews(before, after)).toMatchObject({ fixed: [{ fingerprint: 'c' }], open: ['a', 'b'], new: [] })
  })

  test('takes what the model does not repeat for fixed only when the code it quoted is gone', () => {
    const before = past([at('m', 'a.ts', 5, { rule: 'model/security', quote: 'if (user.admin) {' })])
    const looked = { isReadByModel: () => true }
    expect(compareReviews(before, present([], { ...looked, textOf: () => '  if (user.admin)   {' })).fixed).toEqual([])
    expect(compareReviews(before, present([], { ...looked, textOf: () => 'check(user)' })).fixed).toHaveLength(1)
    expect(compareReviews(before, present([])).fixed).toEqual([])
  })

  test('calls what returns from an exception open, not new', () => {
    const comparison = compareReviews(past([], [at('a', 'a.ts', 5)]), present([at('a', 'a.ts', 5)]))
    expect(comparison).toMatchObject({ new: [], open: ['a'], fixed: [] })
  })

  test('calls what was dismissed since neither fixed nor open', () => {
    const after = present([], { excepted: [dismissed(at('a', 'a.ts', 5))] })
    expect(compareReviews(past([at('a', 'a.ts', 5)]), after)).toMatchObject({ new: [], open: [], fixed: [] })
  })
})

describe('A finding that somebody answered for', () => {
  test('is kept apart with who answered, why and until when', () => {
    const { findings, excepted } = applyExceptions(
      [finding('a'), finding('b')],
      [exception('a', { until: now + day })],
      now,
    )
    expect(findings.map(({ fingerprint }) => fingerprint)).toEqual(['b'])
    expect(excepted).toMatchObject([
      { finding: { fingerprint: 'a' }, kind: 'wont-fix', ownerId: 'U1', until: now + day },
    ])
  })

  test('returns on its date and not before', () => {
    const until = now + day
    const shown = (atMs: number) => applyExceptions([finding('a')], [exception('a', { until })], atMs).findings.length
    expect([now, until - 1, until, until + day].map(shown)).toEqual([0, 0, 1, 1])
  })

  test('leaves the other places of its cause as they are', () => {
    const other = { path: 'b.ts', line: 7, endLine: 7, url: undefined, fingerprint: 'b', message: 'There too.' }
    const cause = finding('a', { also: [other] })
    const { findings, excepted } = applyExceptions([cause], [exception('a')], now)
    expect(findings).toMatchObject([
      { fingerprint: 'b', place: { path: 'b.ts', line: 7 }, message: 'There too.', also: [] },
    ])
    expect(excepted).toMatchObject([{ finding: { fingerprint: 'a', also: [] } }])
  })

  test('is one entry when one answer covers all its places', () => {
    const other = { path: 'b.ts', line: 7, endLine: 7, url: undefined, fingerprint: 'b', message: undefined }
    const { findings, excepted } = applyExceptions(
      [finding('a', { also: [other] })],
      [exception('a'), exception('b')],
      now,
    )
    expect(findings).toEqual([])
    expect(excepted).toMatchObject([{ finding: { fingerprint: 'a', also: [{ fingerprint: 'b' }] } }])
  })
})

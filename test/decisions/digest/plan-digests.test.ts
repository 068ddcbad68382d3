import { expect, test } from 'vitest'
import { isoWeek, nextOccurrence, type Weekly } from '../../../src/decisions/digest/occurrences.ts'
import { nextUnsent, planDigests } from '../../../src/decisions/digest/plan-digests.ts'

const at = (text: string) => Date.parse(text)
const hourMs = 3_600_000
const berlin: Weekly = { weekday: 1, time: '09:00', zone: 'Europe/Berlin' }
const early: Weekly = { weekday: 7, time: '02:30', zone: 'Europe/Berlin' }

function next(weekly: Weekly, after: string): string {
  return new Date(nextOccurrence(weekly, at(after))).toISOString()
}

test('nine in the morning stays nine in the morning when the clock changes', () => {
  expect(next(berlin, '2026-03-23T12:00:00Z')).toBe('2026-03-30T07:00:00.000Z')
  expect(next(berlin, '2026-10-19T12:00:00Z')).toBe('2026-10-26T08:00:00.000Z')
})

test('a local time that the clock leaps over comes when the leap ends', () => {
  expect(next(early, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
})

test('a local time that the clock repeats comes once', () => {
  expect(next(early, '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z')
  expect(next(early, '2026-10-25T00:30:00Z')).toBe('2026-11-01T01:30:00.000Z')
})

test.each([
  ['2026-11-23T08:00:00Z', 'Europe/Berlin', '2026-W48'],
  ['2026-11-22T23:30:00Z', 'Europe/Berlin', '2026-W48'],
  ['2026-11-22T23:30:00Z', 'UTC', '2026-W47'],
  ['2027-01-01T12:00:00Z', 'UTC', '2026-W53'],
  ['2024-12-30T12:00:00Z', 'UTC', '2025-W01'],
])('%s is in the ISO week of its local day in %s', (moment, zone, week) => {
  expect(isoWeek(at(moment), zone)).toBe(week)
})

const set = { ...berlin, setAt: at('2026-11-01T00:00:00Z') }
const monday = at('2026-11-23T08:00:00Z')
const known = new Set(['2026-W45', '2026-W46', '2026-W47'])

test('a digest is due at its time and not a moment before', () => {
  expect(planDigests(set, known, monday - 1)).toEqual([])
  expect(planDigests(set, known, monday)).toEqual([{ kind: 'send', period: '2026-W48', dueAt: monday }])
})

test('one that was sent or skipped is not due again in its week', () => {
  expect(planDigests(set, new Set([...known, '2026-W48']), monday + 5 * 24 * hourMs)).toEqual([])
})

test('after its time was moved, the next one is in the first week that had none', () => {
  const friday = { ...berlin, weekday: 5 }
  const sent = new Set(['2026-W48'])
  expect(nextUnsent(friday, sent, monday + hourMs)).toBe(at('2026-12-04T08:00:00Z'))
  expect(nextUnsent(friday, new Set(), monday + hourMs)).toBe(at('2026-11-27T08:00:00Z'))
})

test('a missed one is caught up within 48 hours and after that written off', () => {
  expect(planDigests(set, known, monday + 48 * hourMs)).toMatchObject([{ kind: 'send' }])
  expect(planDigests(set, known, monday + 48 * hourMs + 1)).toMatchObject([{ kind: 'too-late', period: '2026-W48' }])
})

test('after weeks away the old ones are written off and only the newest is sent', () => {
  expect(planDigests(set, new Set(), monday)).toMatchObject([
    { kind: 'too-late', period: '2026-W45' },
    { kind: 'too-late', period: '2026-W46' },
    { kind: 'too-late', period: '2026-W47' },
    { kind: 'send', period: '2026-W48' },
  ])
})

test('what was due before the time was set is not due', () => {
  expect(planDigests({ ...set, setAt: monday + 1 }, known, monday + hourMs)).toEqual([])
})

test('moving the day within a week gives no second digest in it', () => {
  const moved = { ...set, weekday: 5, setAt: monday + hourMs }
  const friday = at('2026-11-27T08:00:00Z')
  expect(planDigests(moved, new Set([...known, '2026-W48']), friday)).toEqual([])
  expect(planDigests(moved, known, friday)).toMatchObject([{ kind: 'send', period: '2026-W48' }])
})

test('a clock that runs backwards makes nothing due twice', () => {
  const sent = new Set([...known, '2026-W48'])
  for (const now of [monday + hourMs, monday - hourMs, monday, monday + 2 * hourMs])
    expect(planDigests(set, sent, now)).toEqual([])
})

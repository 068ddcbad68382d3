import { isoWeek, nextOccurrence, occurrencesBetween, type Weekly } from './occurrences.ts'

/** How late a digest may still come. */
export const catchUpMs = 48 * 3_600_000
/** Why a digest was never tried. */
export const notRunning = 'Architect was not running'
/** How far back missed weeks are written down. */
const lookBackMs = 70 * 86_400_000

/** What to do about a channel's digests: one to send at most, and weeks that it is too late for. */
export type DueDigest = { kind: 'send' | 'too-late'; period: string; dueAt: number }

/** The digests that have become due since the channel's time was set, less those that are known. */
export function planDigests(setting: Weekly & { setAt: number }, known: ReadonlySet<string>, now: number): DueDigest[] {
  const due = occurrencesBetween(setting, Math.max(setting.setAt, now - lookBackMs), now).map((dueAt) => ({
    dueAt,
    period: isoWeek(dueAt, setting.zone),
  }))
  const open = due.filter(({ period }, index) => {
    const isFirst = due.findIndex((other) => other.period === period) === index
    return isFirst && !known.has(period)
  })
  return open.map(({ period, dueAt }) => ({ kind: now - dueAt <= catchUpMs ? 'send' : 'too-late', period, dueAt }))
}

/** The first time after `now` in a week that is not known. */
export function nextUnsent(setting: Weekly, known: ReadonlySet<string>, now: number): number {
  const next = nextOccurrence(setting, now)
  return known.has(isoWeek(next, setting.zone)) ? nextUnsent(setting, known, next) : next
}

/** When to try again after Slack was away: soon at first, every quarter of an hour in the end. */
export function retryAt(dueAt: number, now: number): number {
  return now + Math.min(Math.max((now - dueAt) / 10, 60_000), 15 * 60_000)
}

/** The name of a digest that a person asked for; asking twice with one command is one digest. */
export function askedPeriod(askId: string): string {
  return `asked:${askId}`
}

/** Whether a person asked for this one, outside the channel's time. */
export function isAsked(period: string): boolean {
  return period.startsWith('asked:')
}

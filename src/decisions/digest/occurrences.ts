import { Cron } from 'croner'

/** A weekly time in a zone, as a channel has it. */
export interface Weekly {
  /** 1 is Monday, 7 is Sunday. */
  weekday: number
  /** `HH:MM`. */
  time: string
  zone: string
}

/**
 * The first time after `afterMs`. A local time that the clock leaps over comes at the end of the leap, one that it
 * repeats comes once, the first time.
 */
export function nextOccurrence({ weekday, time, zone }: Weekly, afterMs: number): number {
  const [hour, minute] = time.split(':').map(Number)
  const next = new Cron(`${minute} ${hour} * * ${weekday}`, { timezone: zone }).nextRun(new Date(afterMs))
  if (!next) throw new Error(`no ${time} on day ${weekday} in ${zone}`)
  return next.getTime()
}

/** Every time after `afterMs` up to `untilMs`, first to last. */
export function occurrencesBetween(weekly: Weekly, afterMs: number, untilMs: number): number[] {
  const times: number[] = []
  for (let at = nextOccurrence(weekly, afterMs); at <= untilMs; at = nextOccurrence(weekly, at)) times.push(at)
  return times
}

const dayMs = 86_400_000

/** The ISO week of a moment in a zone, such as 2026-W48. */
export function isoWeek(atMs: number, zone: string): string {
  const [year = 0, month = 1, day = 1] = new Intl.DateTimeFormat('sv-SE', { timeZone: zone })
    .format(atMs)
    .split('-')
    .map(Number)
  const date = Date.UTC(year, month - 1, day)
  // The week belongs to the year of its Thursday (ISO 8601).
  const thursday = date + (4 - (new Date(date).getUTCDay() || 7)) * dayMs
  const weekYear = new Date(thursday).getUTCFullYear()
  const week = Math.floor((thursday - Date.UTC(weekYear, 0, 1)) / (7 * dayMs)) + 1
  return `${weekYear}-W${String(week).padStart(2, '0')}`
}

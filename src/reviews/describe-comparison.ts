import type { Comparison } from './review.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Such as "3 fixed, 2 new, 9 open, 1 moved since 30 Oct (abc1234)"; dates in UTC, the year only where it is another one. */
export function describeComparison(
  { fixed, new: added, open, moved, sinceSha, sinceMs }: Comparison,
  now: number,
): string {
  const counts = [`${fixed.length} fixed`, `${added.length} new`, `${open.length} open`]
  if (moved.length > 0) counts.push(`${moved.length} moved`)
  const commit = sinceSha === '' ? '' : ` (${sinceSha.slice(0, 7)})`
  return `${counts.join(', ')} since ${formatDay(sinceMs, now)}${commit}`
}

/** A day such as "30 Oct", with the year when it is not this one's. */
export function formatDay(ms: number, now: number): string {
  const date = new Date(ms)
  const day = `${date.getUTCDate()} ${months[date.getUTCMonth()]}`
  return date.getUTCFullYear() === new Date(now).getUTCFullYear() ? day : `${day} ${date.getUTCFullYear()}`
}

/** The day of an instant in UTC, such as 2026-12-24. */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

import type { Confidence, ReviewFinding, Severity } from './review.ts'

/** From the mildest to the worst. */
export const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical']

const confidences: readonly Confidence[] = ['low', 'medium', 'high']

/** What a change brings before what was there, worst first, the surer before the less sure, then in reading order. */
export function byWeight(a: ReviewFinding, b: ReviewFinding): number {
  return (
    Number(a.origin === 'touched') - Number(b.origin === 'touched') ||
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    confidences.indexOf(b.confidence) - confidences.indexOf(a.confidence) ||
    b.also.length - a.also.length ||
    compare(a.place.path, b.place.path) ||
    a.place.line - b.place.line ||
    compare(a.rule, b.rule)
  )
}

/** Whether a severity is at least as bad as another. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

import type { KnownFinding, Past } from './compare-reviews.ts'
import type { ReviewFinding, ReviewReport } from './review.ts'

/** What later reviews need of a report to tell what became of what it found; no code is in it. */
export function rememberReview({ findings, excepted, atMs }: ReviewReport): Omit<Past, 'sha'> {
  return {
    findings: findings.map(rememberFinding),
    excepted: excepted.map(({ finding }) => ({ finding: rememberFinding(finding) })),
    atMs,
  }
}

function rememberFinding({ fingerprint, rule, title, place, also }: ReviewFinding): KnownFinding {
  return { fingerprint, rule, title, place, also: also.map((other) => ({ ...other, message: undefined })) }
}

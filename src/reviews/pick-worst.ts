import type { ReviewFinding } from './review.ts'

const shownAtMost = 10

/** The findings for a first look, in the order given: what is only told for information or rests on a guess waits in the report. */
export function pickWorst(findings: readonly ReviewFinding[], most = shownAtMost): ReviewFinding[] {
  return findings.filter(isFirm).slice(0, most)
}

function isFirm({ severity, confidence }: ReviewFinding): boolean {
  return severity !== 'info' && confidence !== 'low'
}

import { describeChecked } from './describe-ledger.ts'
import type { Ledger, ReviewFinding, Severity } from './review.ts'
import { severities } from './severity.ts'

/** What rules alone can say in one sentence; a clean result names what was checked, never more. */
export function writeFactsVerdict(findings: readonly ReviewFinding[], ledger: Ledger, isChange: boolean): string {
  if (isChange && ledger.files === 0) return 'Nothing was changed.'
  if (ledger.read + ledger.inPart === 0) return 'Nothing here could be read, so nothing can be said about it.'
  const own = isChange ? findings.filter(({ origin }) => origin === 'new') : findings
  if (own.length === 0) return writeCleanVerdict(findings, ledger, isChange)
  const [worst] = own
  const counts = countBySeverity(own)
  const start = isChange ? 'This change brings' : 'The rules found'
  const lead = worst ? ` The worst: "${worst.title}" at ${worst.place.path}:${worst.place.line}.` : ''
  return `${start} ${counts}.${lead}`
}

function writeCleanVerdict(findings: readonly ReviewFinding[], ledger: Ledger, isChange: boolean): string {
  const checked = describeChecked(ledger)
  if (!isChange) return `The rules found nothing; ${checked}. What no rule looks for may still be wrong.`
  const before = findings.length === 0 ? '' : ` ${countBySeverity(findings)} were there before in the files it touches.`
  return `The rules found nothing that this change brings; ${checked}.${before}`
}

/** Such as "2 critical, 1 high and 4 low findings"; causes, not places. */
export function countBySeverity(findings: readonly ReviewFinding[]): string {
  const counts = severities
    .toReversed()
    .map((severity: Severity) => [severity, findings.filter((each) => each.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
  const last = counts.pop() ?? 'no'
  const list = counts.length > 0 ? `${counts.join(', ')} and ${last}` : last
  return `${list} ${findings.length === 1 ? 'finding' : 'findings'}`
}

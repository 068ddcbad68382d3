import { type SarifFinding, toSarif } from '../../evidence/report/sarif.ts'
import { toDecisionFindings } from './decision-findings.ts'
import { isInTarget } from '../facts-findings.ts'
import { listMembers } from '../members.ts'
import type { ReviewFinding } from '../review.ts'
import type { ReviewRun } from '../run-review.ts'

/** A review as a SARIF 2.1.0 log, one result for each place; what somebody answered for is kept and marked. */
export function toReviewSarif({ report, evidence }: ReviewRun): object {
  const told = indexPlaces(report)
  const byRules = (evidence?.findings ?? []).flatMap((finding): SarifFinding[] => {
    const known = told.get(finding.fingerprint)
    if (known) return [{ ...finding, ...known }]
    return finding.suppressed && isInTarget(report.target, finding) ? [finding] : []
  })
  const names = new Set(byRules.map(({ fingerprint }) => fingerprint))
  const rest = [...report.findings, ...report.excepted.map(({ finding }) => finding)]
    .filter(({ fingerprint }) => !names.has(fingerprint))
    .flatMap((finding) => toResults(finding).map((result) => ({ ...result, ...told.get(result.fingerprint) })))
  const coverage = evidence?.coverage ?? { notAnalysed: [], partly: [] }
  const decisions = report.decisions.flatMap(toDecisionFindings)
  return toSarif({ findings: [...byRules, ...rest, ...decisions], coverage })
}

type Known = Pick<SarifFinding, 'excepted' | 'baseline'>

function indexPlaces({ findings, excepted }: ReviewRun['report']): Map<string, Known> {
  const open = findings.flatMap((finding) =>
    listMembers(finding).map(({ fingerprint }): [string, Known] => [fingerprint, baselineOf(finding)]),
  )
  const answered = excepted.flatMap(({ finding, kind, reason }) =>
    listMembers(finding).map(({ fingerprint }): [string, Known] => [
      fingerprint,
      kind === 'in-code' ? {} : { excepted: reason },
    ]),
  )
  return new Map([...open, ...answered])
}

function baselineOf({ origin }: ReviewFinding): Known {
  if (origin === undefined) return {}
  return { baseline: origin === 'new' ? 'new' : 'unchanged' }
}

function toResults(finding: ReviewFinding): SarifFinding[] {
  const { rule, area, category, cwe, severity, confidence, title, why, fix, sources, quote } = finding
  return listMembers(finding).map(({ fingerprint, place }) => {
    const other = finding.also.find((each) => each.fingerprint === fingerprint && fingerprint !== finding.fingerprint)
    const { path, line, endLine } = place
    return {
      rule,
      area,
      category,
      ...(cwe === undefined ? {} : { cwe }),
      severity,
      confidence,
      path,
      line,
      endLine,
      quote: other ? '' : quote,
      title,
      message: other?.message ?? finding.message,
      why,
      fix: { say: fix.say, ...(fix.code === undefined ? {} : { code: fix.code }) },
      sources,
      steps: [],
      also: [],
      fingerprint,
    }
  })
}

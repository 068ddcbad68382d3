import type { Analysis } from '../analyse.ts'
import { bySeverity } from '../analyse.ts'
import type { Finding } from '../rules/finding.ts'

export type FindingGroup = { first: Finding; places: readonly Finding[] }

/** Findings that are not suppressed, one group for each rule, worst first; the places of a group in reading order. */
export function groupFindings(analysis: Analysis): FindingGroup[] {
  const open = analysis.findings.filter((finding) => !finding.suppressed)
  const groups = Map.groupBy(open, (finding) => `${finding.rule} ${finding.severity}`)
  return [...groups.values()]
    .flatMap((places) => (places[0] ? [{ first: places[0], places }] : []))
    .sort((a, b) => bySeverity(a.first, b.first))
}

import type { Analysis } from '../analyse.ts'
import type { Coverage } from '../coverage.ts'
import type { Finding } from '../rules/finding.ts'
import type { Suppression } from '../suppressions.ts'
import { summariseFacts, type FactsSummary } from './facts-summary.ts'

/** A report as plain data. */
export type ReportData = {
  facts: FactsSummary
  findings: readonly Finding[]
  suppressions: readonly Suppression[]
  coverage: Coverage
}

/** Facts, findings, suppressions and coverage as plain data that survives JSON and worker threads. */
export function toJson(analysis: Analysis): ReportData {
  const { findings, suppressions, coverage } = analysis
  return { facts: summariseFacts(analysis.codebase), findings, suppressions, coverage }
}

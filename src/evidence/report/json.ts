import type { Analysis } from '../analyse.ts'
import { summariseFacts } from './facts-summary.ts'

/** Renders facts, findings, suppressions and coverage as plain JSON data. */
export function toJson(analysis: Analysis): object {
  return {
    facts: summariseFacts(analysis.codebase),
    findings: analysis.findings,
    suppressions: analysis.suppressions,
    coverage: analysis.coverage,
  }
}

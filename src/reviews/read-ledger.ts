import type { ReportData } from '../evidence/report/json.ts'
import { findAreaScopes } from './area-scopes.ts'
import { isOfService, kindsOfCode } from './kinds-of-code.ts'
import { buildLedger, type FileRecord } from './ledger.ts'
import type { Narrative } from './narrate.ts'
import { isInside, type ReviewCode } from './read-review-code.ts'
import { recordFilesReadByModel, recordFilesReadByRules } from './record-files.ts'
import type { Depth, Ledger, ReviewReport } from './review.ts'

export interface Reading {
  ledger: Ledger
  /** What rules made of every file, whatever the model was shown. */
  byRules: readonly FileRecord[]
}

/** Accounts for every file of a target after rules and, where one narrated, a model. */
export function readLedger(
  { target, files, texts }: ReviewCode,
  depth: Depth,
  evidence: ReportData | undefined,
  narrative: Narrative | undefined,
): Reading {
  const kinds = kindsOfCode(files, texts)
  const byRules = recordFilesReadByRules(files, kinds, evidence?.coverage)
  const records = narrative ? recordFilesReadByModel(byRules, narrative.readings) : byRules
  const production = [...kinds].flatMap(([path, kind]) => (isOfService(kind) ? [path] : []))
  const scoped = { production, paths: files.map(({ path }) => path), texts }
  const own = evidence && { ...evidence, findings: evidence.findings.filter(({ path }) => isInside(target, path)) }
  const reached = narrative ? depth : 'facts'
  const ledger = buildLedger(records, findAreaScopes(scoped, own, reached), reached)
  return { ledger: narrative ? withoutAreasLeft(ledger, narrative.ending) : ledger, byRules }
}

/** An area that the model never came to is not assessed by having had its files shown for another one. */
const reasons = {
  stopped: 'stopped before it',
  capped: 'the cap was reached before it',
  failed: 'the model failed before it',
} as const

function withoutAreasLeft(ledger: Ledger, ending: ReviewReport['ending']): Ledger {
  if (ending.kind === 'complete') return ledger
  const reason = reasons[ending.kind]
  const left = ending.areasLeft.filter((area) => ledger.areas[area] !== 'not-assessed')
  return {
    ...ledger,
    areas: { ...ledger.areas, ...Object.fromEntries(left.map((area) => [area, 'in-part' as const])) },
    areaReasons: { ...ledger.areaReasons, ...Object.fromEntries(left.map((area) => [area, reason])) },
  }
}

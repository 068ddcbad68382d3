import type { ReportData } from '../evidence/report/json.ts'
import { findAreaScopes } from './area-scopes.ts'
import { compareReviews } from './compare-reviews.ts'
import { applyExceptions } from './exceptions.ts'
import { gatherEvidence } from './gather-evidence.ts'
import { buildLedger, type FileRecord } from './ledger.ts'
import { listMembers } from './members.ts'
import type { Narrative, OnProgress, PaidDepth } from './narrate.ts'
import { describeProject } from './project-line.ts'
import type { ReviewPorts } from './ports.ts'
import { isInside, type ReviewCode } from './read-review-code.ts'
import { recordFilesReadByModel, recordFilesReadByRules } from './record-files.ts'
import { writeFactsVerdict } from './report-verdict.ts'
import type { Depth, Ledger, ReviewFinding, ReviewReport } from './review.ts'
import { shownAreas } from './shown-areas.ts'
import { productionPaths } from './production-paths.ts'

export interface ReviewRequest {
  code: ReviewCode
  depth: Depth
  capUsd: number | undefined
  language: string | undefined
  /** What an earlier try kept of the model's words; undefined at first. */
  kept: unknown
  keep: (parts: unknown) => Promise<void>
}

/** A report, and the evidence it rests on: undefined when the review was stopped before it was gathered. */
export interface ReviewRun {
  report: ReviewReport
  evidence: ReportData | undefined
}

/**
 * Reviews code that was read: rules, then at a paid depth the model, then what was answered for and what became of it
 * since last time. Stopped at any moment it gives what is verified so far; throws only the unexpected.
 */
export async function runReview(
  request: ReviewRequest,
  ports: ReviewPorts,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ReviewRun> {
  const [exceptions, past] = await Promise.all([ports.listExceptions?.() ?? [], ports.findLast?.()])
  const gathered = await gatherEvidence(request.code, ports, onProgress, signal)
  const { evidence } = gathered
  const known = applyExceptions(gathered.findings, exceptions, ports.now())
  const narrative = evidence
    ? await narrateFindings(request, ports, { evidence, ...known }, onProgress, signal)
    : undefined
  const findings = narrative ? keepAll(narrative.findings, known.findings) : known.findings
  const sifted = applyExceptions(findings, exceptions, ports.now())
  const reading = readLedger(request, evidence, narrative)
  const report: ReviewReport = {
    target: request.code.target,
    depth: narrative ? request.depth : 'facts',
    atMs: ports.now(),
    project: evidence ? describeProject(evidence.facts) : '',
    verdict:
      narrative?.verdict ??
      writeFactsVerdict(sifted.findings, reading.ledger, request.code.target.change !== undefined),
    ledger: reading.ledger,
    findings: sifted.findings,
    excepted: [...known.excepted, ...sifted.excepted],
    dropped: narrative?.dropped ?? {},
    comparison: undefined,
    notices: [...request.code.notices, ...gathered.notices, ...(narrative?.notices ?? [])],
    ending: narrative?.ending ?? endingOf(request, evidence, signal),
    costUsd: narrative?.costUsd,
    modelName: narrative?.modelName,
  }
  onProgress({ step: 'report', done: 1, total: 1 })
  const comparison = past && evidence ? compareReviews(past, presentOf(request, report, reading, narrative)) : undefined
  return { report: { ...report, comparison }, evidence }
}

function narrateFindings(
  { code, depth, capUsd, language, kept, keep }: ReviewRequest,
  { narrate }: ReviewPorts,
  known: { evidence: ReportData; findings: ReviewFinding[]; excepted: ReviewReport['excepted'] },
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Narrative> | undefined {
  if (!narrate || depth === 'facts' || signal.aborted) return undefined
  const paid: PaidDepth = depth
  const files = new Map([...code.texts].filter(([path]) => isInside(code.target, path)))
  const excepted = new Set(
    known.excepted.flatMap(({ finding }) => listMembers(finding)).map((each) => each.fingerprint),
  )
  const { target, texts: repository } = code
  const { evidence, findings } = known
  return narrate(
    { target, depth: paid, files, repository, evidence, findings, excepted, capUsd, kept, keep, language },
    onProgress,
    signal,
  )
}

/** A model may rank what rules found and explain it, but not make it disappear. */
function keepAll(narrated: readonly ReviewFinding[], byRules: readonly ReviewFinding[]): ReviewFinding[] {
  const said = new Set(narrated.map(({ fingerprint }) => fingerprint))
  return [...narrated, ...byRules.filter(({ fingerprint }) => !said.has(fingerprint))]
}

interface Reading {
  ledger: Ledger
  byRules: readonly FileRecord[]
}

function readLedger(
  { code, depth }: ReviewRequest,
  evidence: ReportData | undefined,
  narrative: Narrative | undefined,
): Reading {
  const { target, files, texts } = code
  const byRules = recordFilesReadByRules(files, texts, evidence?.coverage)
  const records = narrative ? recordFilesReadByModel(byRules, narrative.readings) : byRules
  const paths = files.map(({ path }) => path)
  const scoped = { production: productionPaths(paths, texts), paths, texts }
  const reached = narrative ? depth : 'facts'
  const scopes = findAreaScopes(scoped, evidence && inTarget(evidence, target), reached)
  const ledger = buildLedger(records, scopes, reached)
  return { ledger: narrative ? withoutAreasLeft(ledger, narrative.ending) : ledger, byRules }
}

function inTarget(evidence: ReportData, target: ReviewCode['target']): ReportData {
  return { ...evidence, findings: evidence.findings.filter(({ path }) => isInside(target, path)) }
}

/** An area that the model never came to is not assessed by having had its files shown for another one. */
function withoutAreasLeft(ledger: Ledger, ending: ReviewReport['ending']): Ledger {
  if (ending.kind === 'complete') return ledger
  const reason = ending.kind === 'capped' ? 'the cap was reached before it' : 'stopped before it'
  const left = ending.areasLeft.filter((area) => ledger.areas[area] !== 'not-assessed')
  return {
    ...ledger,
    areas: { ...ledger.areas, ...Object.fromEntries(left.map((area) => [area, 'in-part' as const])) },
    areaReasons: { ...ledger.areaReasons, ...Object.fromEntries(left.map((area) => [area, reason])) },
  }
}

function endingOf(
  { depth }: ReviewRequest,
  evidence: ReportData | undefined,
  signal: AbortSignal,
): ReviewReport['ending'] {
  if (evidence && (depth === 'facts' || !signal.aborted)) return { kind: 'complete' }
  const areasLeft = shownAreas.flatMap(({ areas }) => areas)
  const isDeep = depth === 'deep'
  return { kind: 'stopped', areasLeft: areasLeft.filter((area) => isDeep || !/^(testing|production)$/.test(area)) }
}

function presentOf(
  { code }: ReviewRequest,
  { findings, excepted }: ReviewReport,
  { byRules }: Reading,
  narrative: Narrative | undefined,
) {
  const unread = new Set(byRules.filter(({ status }) => status === 'excluded').map(({ path }) => path))
  const whole = new Set(narrative?.readings.filter(({ part }) => part === 'whole').map(({ path }) => path))
  const present = new Set([...code.files.map(({ path }) => path), ...code.texts.keys()])
  return {
    findings,
    excepted,
    hasFile: (path: string) => present.has(path),
    isReadByRules: (path: string) => code.texts.has(path) && !unread.has(path),
    isReadByModel: (path: string) => whole.has(path),
    textOf: (path: string) => code.texts.get(path),
  }
}

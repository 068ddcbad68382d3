import { maskSecrets } from '../evidence/mask-secrets.ts'
import type { ReportData } from '../evidence/report/json.ts'
import { checkDecisions } from './check-decisions.ts'
import { compareReviews } from './compare-reviews.ts'
import { lacksRegistry } from './area-scopes.ts'
import { applyExceptions } from './exceptions.ts'
import { gatherEvidence } from './gather-evidence.ts'
import type { Narrative, OnProgress } from './narrate.ts'
import { narrateFindings } from './narrate-findings.ts'
import type { ReviewPorts } from './ports.ts'
import { type Reading, readLedger } from './read-ledger.ts'
import type { ReviewCode } from './read-review-code.ts'
import { writeFactsVerdict } from './report-verdict.ts'
import type { Depth, Ledger, ReviewFinding, ReviewReport } from './review.ts'
import { describeProject } from './project-line.ts'
import { shownAreas } from './shown-areas.ts'

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
  const { code } = request
  const [exceptions, past] = await Promise.all([ports.listExceptions?.() ?? [], ports.findLast?.()])
  const gathered = await gatherEvidence(code, ports, onProgress, signal)
  const { evidence, findings: byRules, suppressed } = gathered
  const governed = await checkDecisions(code, gathered, ports)
  const known = applyExceptions(byRules, exceptions, ports.now())
  const narrative = evidence
    ? await narrateFindings(request, ports.narrate, { evidence, ...known, past, exceptions }, onProgress, signal)
    : undefined
  const { findings, excepted } = applyExceptions(narrative?.findings ?? known.findings, exceptions, ports.now())
  const reading = readLedger(code, request.depth, evidence, narrative)
  const { ledger } = reading
  const report: ReviewReport = {
    target: code.target,
    depth: narrative ? request.depth : 'facts',
    atMs: ports.now(),
    project: evidence ? describeProject(evidence.facts) : '',
    verdict: narrative?.verdict ?? writeVerdict(code, ledger, evidence && findings),
    ledger,
    findings,
    excepted: [...known.excepted, ...excepted, ...suppressed],
    clean: narrative?.clean ?? [],
    dropped: narrative?.dropped ?? {},
    comparison: undefined,
    decisions: governed.decisions,
    notices: [
      ...code.notices,
      ...(evidence ? listLimits(evidence) : []),
      ...governed.notices,
      ...(narrative?.notices ?? []),
    ],
    ending: narrative?.ending ?? endingOf(request, evidence, signal),
    costUsd: narrative?.costUsd,
    modelName: narrative?.modelName,
  }
  onProgress({ step: 'report', done: 1, total: 1 })
  const comparison =
    past && evidence ? compareReviews(past, presentOf(request, report, { ...reading, evidence }, narrative)) : undefined
  return { report: { ...report, comparison }, evidence }
}

function writeVerdict({ target }: ReviewCode, ledger: Ledger, findings: readonly ReviewFinding[] | undefined): string {
  if (!findings) return 'Stopped before the rules were through, so nothing can be said yet.'
  return writeFactsVerdict(findings, ledger, target.change !== undefined)
}

function listLimits({ coverage, suppressions }: ReportData): string[] {
  const empty = suppressions.filter(({ reason }) => reason === '')
  return [
    ...coverage.notAssessed,
    ...coverage.failedRules.map(({ id, message }) => `A rule failed and found nothing: ${id}: ${message}.`),
    ...empty.map(({ path, line, rule }) => `The remark at ${path}:${line} gives no reason, so ${rule} is not ignored.`),
  ]
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

/** Rules that say less, or nothing, when the package registry does not answer. */
const registryRules = ['vulnerable-dependency', 'deprecated-dependency', 'outdated-dependency']

function presentOf(
  { code }: ReviewRequest,
  { findings, excepted }: ReviewReport,
  { byRules, evidence }: Reading & { evidence: ReportData },
  narrative: Narrative | undefined,
) {
  const unread = new Set(
    byRules.filter(({ status }) => status === 'excluded' || status === 'in-part').map(({ path }) => path),
  )
  const silent = new Set([
    ...evidence.coverage.failedRules.map(({ id }) => id),
    ...(lacksRegistry(evidence.coverage) ? registryRules : []),
  ])
  const whole = new Set(narrative?.readings.filter(({ part }) => part === 'whole').map(({ path }) => path))
  const present = new Set([...code.files.map(({ path }) => path), ...code.texts.keys()])
  return {
    findings,
    excepted,
    // Where not every file was listed, nobody knows that one is gone.
    hasFile: (path: string) => present.has(path) || !code.all,
    isReadByRules: (path: string, rule: string) => code.texts.has(path) && !unread.has(path) && !silent.has(rule),
    isReadByModel: (path: string) => whole.has(path),
    textOf: (path: string) => maskSecrets(path, code.texts.get(path) ?? ''),
  }
}

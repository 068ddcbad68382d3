import { readChannelSettings } from '../../access/channel-settings.ts'
import { takeNameNotes } from '../../access/repository-notes.ts'
import { rememberRepositories } from '../../access/thread-repositories.ts'
import type { Payer } from '../../claude/payer.ts'
import type { Usage } from '../../claude/usage.ts'
import { listExceptions } from '../exception-store.ts'
import type { Pin } from '../../github/target.ts'
import type { DecisionQuestion } from '../decision-port.ts'
import type { Narrate, OnProgress } from '../narrate.ts'
import { type DepthEstimate, estimateReview } from '../narrative/estimate-review.ts'
import { carryOver } from '../narrative/parts.ts'
import type { PaidDepth } from '../narrative/plan-calls.ts'
import { drawModules } from '../picture/draw-modules.ts'
import { readReviewCode, type ReviewCode } from '../read-review-code.ts'
import type { ReviewSubject } from '../resolve-review.ts'
import type { Depth, ReviewReport } from '../review.ts'
import { runReview } from '../run-review.ts'
import { failReview, findLastReview, finishReview, loadReview, readParts, type ReviewRow, saveParts } from '../store.ts'
import { openSubject } from './find-code.ts'
import { reviewSentences } from './sentences.ts'
import type { ThreadReviewDeps } from './thread-deps.ts'

export interface Running {
  onProgress: OnProgress
  /** Keeps what a finished model call used. */
  noteUsage: (model: string, usage: Usage) => Promise<void>
}

export interface Finished {
  report: ReviewReport
  /** What going deeper would cost; undefined without a key. */
  estimates: Readonly<Record<PaidDepth, DepthEstimate>> | undefined
}

/** Runs a stored review and keeps its report; a sentence when the code cannot be read. Stopped, it keeps what is verified so far. */
export async function runInThread(
  deps: ThreadReviewDeps,
  row: ReviewRow,
  running: Running,
  signal: AbortSignal,
): Promise<Finished | string> {
  const opened = await openCode(deps, row, running.onProgress, signal)
  if (typeof opened === 'string') {
    await failReview(deps.store, row.id, deps.now())
    return opened
  }
  const { subject, code } = opened
  const { pin } = code.target
  if (pin)
    await rememberRepositories(deps.store, row, [{ fullName: `${pin.owner}/${pin.name}`, sha: pin.sha }], deps.now())
  const account = await deps.budget.account(row.teamId)
  const estimates = deps.model && estimate(deps.model, code, account.leftUsd)
  const { depth, capUsd: ownCapUsd, notice } = planDepth(row.depth, estimates, deps.model?.name)
  const capUsd = keepPromise(ownCapUsd, row, depth)
  const { language } = await readChannelSettings(deps.store, row)
  const { teamId, channelId } = row
  const audience = { teamId, channelId, shared: await deps.isShared(row) }
  const { report, evidence } = await runReview(
    {
      code,
      depth,
      capUsd,
      language: language ?? undefined,
      kept: readParts(row, pin?.sha) ?? (await carryFrom(deps, row.continues, pin?.sha)),
      keep: (parts) => saveParts(deps.store, row.id, pin?.sha, parts),
    },
    {
      analyst: deps.analyst,
      readPackages: deps.readPackages,
      ...(deps.model && { narrate: paidBy(account, deps.model.narrate, running) }),
      ...(pin && {
        repositoryUrl: `${deps.host.hosts.webOrigin}/${pin.owner}/${pin.name}`,
        checkDecisions: (head, base) => deps.checkDecisions({ ...aboutCode(row, subject, code, pin), head, base }),
      }),
      permalink: (path, line, endLine) => pin && deps.host.permalink(pin, path, { start: line, end: endLine }),
      listExceptions: () =>
        pin ? listExceptions(deps.store, audience, `${pin.owner}/${pin.name}`) : Promise.resolve([]),
      findLast: () => findLastReview(deps.store, audience, { key: code.target.key, sha: pin?.sha }),
      now: deps.now,
    },
    running.onProgress,
    signal,
  )
  const fixed = subject.isFixed ? [reviewSentences.fixedCommit] : []
  const moved = hasMoved(code.target, row) ? [reviewSentences.moved(row.sha ?? '', pin?.sha ?? '')] : []
  const renamed = await takeNameNotes(deps.store, row, pin ? [`${pin.owner}/${pin.name}`] : [])
  const whole = { ...report, notices: [...renamed, ...moved, ...(notice ? [notice] : []), ...fixed, ...report.notices] }
  const picture =
    evidence && drawModules(evidence.facts.modules, report.findings, titleOf(report), evidence.facts.cycles)
  const kept = { report: whole, picture, estimates, isPrivate: subject.private }
  await finishReview(deps.store, row.id, kept, deps.now())
  return { report: whole, estimates }
}

async function openCode(
  deps: ThreadReviewDeps,
  row: ReviewRow,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<{ subject: ReviewSubject; code: ReviewCode } | string> {
  onProgress({ step: 'resolve', done: 0, total: undefined })
  const found = await openSubject(deps, row, row.url, signal)
  if (typeof found === 'string') return found
  const subject = pinTo(found, row.sha, deps)
  const code = await readReviewCode(deps.host, subject, signal, onProgress)
  return typeof code === 'string' ? code : { subject, code }
}

function aboutCode(
  { teamId, channelId }: ReviewRow,
  { private: isPrivate, isHead }: ReviewSubject,
  { target: { path, lines }, all }: ReviewCode,
  { owner, name, sha }: Pin,
): Omit<DecisionQuestion, 'head' | 'base'> {
  return {
    teamId,
    channelId,
    repository: `${owner}/${name}`,
    private: isPrivate,
    sha,
    isHead: isHead && path === '' && !lines && all !== undefined,
    path,
  }
}

/** Code as it was when it was priced, even when somebody has pushed since. */
function pinTo(subject: ReviewSubject, sha: string | null, { host }: ThreadReviewDeps): ReviewSubject {
  const { pin, change, path, lines } = subject.target
  if (!pin || change || sha === null || sha === pin.sha) return subject
  const pinned = { ...pin, sha }
  return {
    ...subject,
    isHead: false,
    target: { ...subject.target, pin: pinned, url: host.permalink(pinned, path, lines) },
  }
}

/** A change is reviewed as it is now; all else as it was priced. */
function hasMoved({ pin, change }: ReviewCode['target'], { sha }: ReviewRow): boolean {
  return change !== undefined && sha !== null && sha !== pin?.sha
}

function estimate(
  model: { name: string; allowUnpriced: boolean },
  { target, files, texts }: ReviewCode,
  leftUsd: number,
) {
  return estimateReview({
    files: files.map(({ path }) => ({ path, bytes: Buffer.byteLength(texts.get(path) ?? '') })),
    model: model.name,
    allowUnpriced: model.allowUnpriced,
    leftUsd,
    ...(target.change && { changed: target.change.files }),
  })
}

/** How deep it goes in truth: a depth that cannot be paid becomes the facts, with the sentence that says so. */
function planDepth(
  wanted: Depth,
  estimates: Finished['estimates'],
  modelName = '',
): { depth: Depth; capUsd: number | undefined; notice: string | undefined } {
  const facts = { depth: 'facts' as const, capUsd: undefined }
  if (wanted === 'facts') return { ...facts, notice: undefined }
  if (!estimates) return { ...facts, notice: reviewSentences.noKey(wanted) }
  const { refused, capUsd } = estimates[wanted]
  if (refused === 'unpriced') return { ...facts, notice: reviewSentences.unpriced(modelName) }
  if (refused === 'over-budget') return { ...facts, notice: reviewSentences.overBudget }
  return { depth: wanted, capUsd, notice: undefined }
}

/** Whoever began it was told that it never costs more than that, even when the code has grown since. */
function keepPromise(capUsd: number | undefined, { estimates }: ReviewRow, depth: Depth): number | undefined {
  if (depth === 'facts' || capUsd === undefined) return capUsd
  // Only quoteReview and runInThread write this column.
  const told = (estimates ?? undefined) as Finished['estimates']
  return Math.min(capUsd, told?.[depth].capUsd ?? Infinity)
}

/** Answers of the review that this one goes on from; they are paid for. What was said of another commit is not carried on. */
async function carryFrom({ store }: ThreadReviewDeps, id: string | null, sha: string | undefined): Promise<unknown> {
  const before = id === null ? undefined : await loadReview(store, id)
  const kept = before && readParts(before, sha)
  return kept === undefined ? undefined : carryOver(kept)
}

function paidBy(payer: Payer, narrate: Narrate, { noteUsage }: Running): Narrate {
  return (input, onProgress, signal) =>
    narrate({ ...input, payer, noteUsage: ({ model, usage }) => noteUsage(model, usage) }, onProgress, signal)
}

function titleOf({ target }: ReviewReport): string {
  return target.pin ? `${target.label} at ${target.pin.sha.slice(0, 7)}` : target.label
}

import { randomUUID } from 'node:crypto'
import { readChannelSettings } from '../../access/channel-settings.ts'
import type { TurnChoice } from '../../db/schema.ts'
import { estimateReview } from '../narrative/estimate-review.ts'
import type { ReviewSubject } from '../resolve-review.ts'
import type { Depth } from '../review.ts'
import { createReview, loadReview } from '../store.ts'
import { describeQuote } from './describe-quote.ts'
import { findCode, openSubject, type Place } from './find-code.ts'
import type { Wish } from './read-wish.ts'
import { reviewSentences } from './sentences.ts'
import type { ThreadReviewDeps } from './thread-deps.ts'

export interface QuoteRequest extends Place {
  /** Who asks. */
  userId: string
  wish: Wish
  /** The same for the same request, so that a restart quotes nothing twice. Default: a new one. */
  quoteId?: string
}

/** What can be reviewed at what price, and the button value that begins it at once when its depth is settled. */
export interface Quote {
  text: string
  choices: TurnChoice[]
  settled: string | undefined
}

/** Looks up what is there to be reviewed and prices it; a sentence when it cannot be reviewed. Nothing is begun. */
export async function quoteReview(
  deps: ThreadReviewDeps,
  request: QuoteRequest,
  signal: AbortSignal,
): Promise<Quote | string> {
  const settings = await readChannelSettings(deps.store, request)
  const code = await findCode(deps, request, request.wish.link, settings.repository)
  if (code === undefined) return request.threadTs ? reviewSentences.nothingOpen : reviewSentences.usage
  const subject = await openSubject(deps, request, code, signal)
  if (typeof subject === 'string') return subject
  const quoteId = request.quoteId ?? randomUUID()
  const depth = request.wish.depth ?? settings.depth ?? (deps.model ? undefined : 'facts')
  if (depth) {
    await keepQuote(deps, request, quoteId, { code, subject })
    return { text: '', choices: [], settled: toValue(quoteId, depth) }
  }
  const priced = await priceSubject(deps, request, subject, signal)
  if (typeof priced === 'string') return priced
  await keepQuote(deps, request, quoteId, { code, subject, estimates: priced.estimates })
  return { ...describeQuote(priced, quoteId), settled: undefined }
}

async function keepQuote(
  { store, now }: ThreadReviewDeps,
  { teamId, channelId, threadTs = '', userId }: QuoteRequest,
  id: string,
  { code, subject: { target }, estimates }: { code: string; subject: ReviewSubject; estimates?: unknown },
): Promise<void> {
  const review = {
    id,
    teamId,
    channelId,
    threadTs,
    requestedBy: userId,
    url: code,
    depth: 'facts' as const,
    state: 'quoted' as const,
    target: target.key,
    sha: target.pin?.sha,
    estimates,
  }
  await createReview(store, review, now())
}

async function priceSubject(
  { host, model, budget }: ThreadReviewDeps,
  { teamId }: QuoteRequest,
  { target, changed, changedTruncated }: ReviewSubject,
  signal: AbortSignal,
) {
  if (!target.pin) return reviewSentences.usage
  const listed = await host.listFiles(target.pin, { path: target.path, signal })
  if (!listed.ok) return listed.problem.sentence
  const paths = target.change && new Set(changed.map(({ path }) => path))
  const files = listed.value.files.filter(({ kind, path }) => kind === 'file' && (paths?.has(path) ?? true))
  const sizes = files.map(({ path, sizeBytes: bytes }) => ({ path, bytes }))
  const estimates =
    model &&
    estimateReview({
      files: sizes,
      model: model.name,
      allowUnpriced: model.allowUnpriced,
      leftUsd: (await budget.account(teamId)).leftUsd,
      ...(target.change && { changed: target.change.files }),
    })
  const truncated = listed.value.truncated || changedTruncated
  return { target, files, truncated, estimates, modelName: model?.name ?? '' }
}

/** What a button carries: the quote, and the depth it begins at. */
export function toValue(quoteId: string, depth: Depth): string {
  return `${quoteId}/${depth}`
}

/** The quote behind a button of a workspace, with the depth; undefined when it is gone. */
export async function findQuote({ store }: Pick<ThreadReviewDeps, 'store'>, teamId: string, value: string) {
  const [, quoteId, depth] = /^([\w-]+)\/(facts|standard|deep)$/.exec(value) ?? []
  const quote = quoteId === undefined ? undefined : await loadReview(store, quoteId)
  if (!quote || quote.teamId !== teamId) return undefined
  // The pattern allows nothing else.
  return { quote, depth: depth as Depth }
}

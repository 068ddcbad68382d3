import type { Depth } from '../review.ts'
import { createReview } from '../store.ts'
import { findQuote } from './quote-review.ts'
import type { ThreadReviewDeps } from './thread-deps.ts'

/** Stores that a quoted review was asked for at one depth; gives its id, the same however often it is asked for, or undefined when the quote is gone. */
export async function beginQuoted(
  deps: Pick<ThreadReviewDeps, 'store' | 'now'>,
  teamId: string,
  value: string,
  asked: { userId: string; threadTs: string },
): Promise<{ reviewId: string; channelId: string } | undefined> {
  const found = await findQuote(deps, teamId, value)
  if (!found) return undefined
  const { quote, depth } = found
  const reviewId = toReviewId(found)
  const review = {
    id: reviewId,
    teamId,
    channelId: quote.channelId,
    threadTs: asked.threadTs,
    requestedBy: asked.userId,
    url: quote.url,
    depth,
    state: 'running' as const,
    target: quote.target ?? '',
    sha: quote.sha ?? undefined,
    estimates: quote.estimates,
    ...(quote.continues && { continues: quote.continues }),
  }
  await createReview(deps.store, review, deps.now())
  return { reviewId, channelId: quote.channelId }
}

/** The id that a quoted review has once it is begun, the same however often it is. */
export function toReviewId({ quote, depth }: { quote: { id: string }; depth: Depth }): string {
  return `${quote.id}-${depth}`
}

import { and, eq } from 'drizzle-orm'
import { inbox } from '../db/schema.ts'
import type { Store } from '../db/open-store.ts'
import type { ThreadReviews } from '../reviews/thread/thread-reviews.ts'
import type { BeginReview, BegunReview } from '../slack/listeners/review-command.ts'
import { acceptReview } from '../turns/accept-message.ts'
import type { Workplace } from '../turns/deps.ts'

export interface ReviewQueueDeps {
  store: Store
  reviews: () => Promise<Pick<ThreadReviews, 'find' | 'begin'>>
  permalink: Workplace['permalink']
  ring: () => void
  now: () => number
}

/** Begins quoted reviews, one at a time: whoever presses second, or at the same moment, opens no second thread. */
export class ReviewQueue {
  readonly #deps: ReviewQueueDeps
  /** Quotes whose review is being begun; this process is the only one on its database. */
  readonly #beginning = new Set<string>()

  constructor(deps: ReviewQueueDeps) {
    this.#deps = deps
  }

  /** Queues the review behind a button. When its thread cannot be opened nothing is queued, and the button works again. */
  async begin(teamId: string, value: string, asked: BeginReview): Promise<BegunReview> {
    const key = `${teamId}/${value.split('/', 1)[0]}`
    if (this.#beginning.has(key)) return { kind: 'before', link: undefined }
    this.#beginning.add(key)
    try {
      return await this.#begin(teamId, value, asked)
    } finally {
      this.#beginning.delete(key)
    }
  }

  async #begin(teamId: string, value: string, { userId, openThread }: BeginReview): Promise<BegunReview> {
    const { store, now, ring } = this.#deps
    const reviews = await this.#deps.reviews()
    const quoted = await reviews.find(teamId, value)
    if (!quoted) return { kind: 'gone' }
    const before = await this.#findQueued(teamId, quoted)
    if (before) return before
    const message = quoted.threadTs === '' ? await openThread(quoted) : undefined
    const threadTs = message?.ts ?? quoted.threadTs
    const begun = await reviews.begin(teamId, value, { userId, threadTs })
    if (!begun) return { kind: 'gone' }
    const { reviewId, channelId } = begun
    const thread = { teamId, channelId, threadTs }
    await acceptReview(store, { ...thread, reviewId, authorId: userId, ...(message && { message }) }, now())
    ring()
    return { kind: 'begun' }
  }

  async #findQueued(
    teamId: string,
    { channelId, beginsAs }: { channelId: string; beginsAs: string },
  ): Promise<BegunReview | undefined> {
    const [queued] = await this.#deps.store.read
      .select({ threadTs: inbox.threadTs })
      .from(inbox)
      .where(and(eq(inbox.teamId, teamId), eq(inbox.channelId, channelId), eq(inbox.ts, beginsAs)))
    if (!queued) return undefined
    const { threadTs } = queued
    return { kind: 'before', link: await this.#deps.permalink({ teamId, channelId, threadTs, ts: threadTs }) }
  }
}

import type { Store } from '../db/open-store.ts'
import type { Logger } from '../log.ts'
import { forgetOldReviews } from '../reviews/forget-old-reviews.ts'

export interface ReviewRetentionOptions {
  store: Store
  now: () => number
  log: Logger
}

const everyMs = 24 * 60 * 60_000

/** Lets go of old reviews when the bot starts, and then once a day. */
export class ReviewRetention {
  readonly #options: ReviewRetentionOptions
  #timer: NodeJS.Timeout | undefined
  #forgetting: Promise<void> = Promise.resolve()

  constructor(options: ReviewRetentionOptions) {
    this.#options = options
  }

  /** Resolves when the first time is over. Never rejects. */
  start(): Promise<void> {
    this.#timer = setInterval(() => this.#begin(), everyMs)
    return this.#begin()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#forgetting
  }

  #begin(): Promise<void> {
    this.#forgetting = this.#forget()
    return this.#forgetting
  }

  async #forget(): Promise<void> {
    const { store, now, log } = this.#options
    try {
      await forgetOldReviews(store, now())
    } catch (error) {
      log.error({ err: error }, 'could not let go of old reviews')
    }
  }
}

import { listLinkedRepositories, mayRead } from '../access/repository-links.ts'
import { audienceOf } from '../access/visible-repository.ts'
import { readChannelSettings } from '../access/channel-settings.ts'
import type { Store } from '../db/open-store.ts'
import type { BackgroundAnalyst } from '../evidence/background-analyst.ts'
import type { GitHub } from '../github/github.ts'
import type { Logger } from '../log.ts'
import type { CheckedDecision, DecisionQuestion } from '../reviews/decision-port.ts'
import { createChangeHistory, createCheckedCode, refOf } from './read-checked-code.ts'

export interface DecisionChecksOptions {
  store: Store
  github: GitHub
  analyst: Pick<BackgroundAnalyst, 'analyse'>
  /** Whether people of another company read a channel, asked anew. */
  isShared: (channel: Channel) => Promise<boolean>
  /** False where one process serves many workspaces: its GitHub credentials are none of theirs. */
  privateCode: boolean
  /** Called when what decisions came to was kept. */
  ring: () => void
  signal: AbortSignal
  now: () => number
  log: Logger
}

interface Channel {
  teamId: string
  channelId: string
}

/** Checks decisions against code, for reviews and digests, as far as each channel may know of that code. Never throws. */
export class DecisionChecks {
  readonly #options: DecisionChecksOptions

  constructor(options: DecisionChecksOptions) {
    this.#options = options
  }

  /** The decisions that govern what a review read; undefined when that failed. */
  async forReview(question: DecisionQuestion): Promise<readonly CheckedDecision[] | undefined> {
    const { teamId, channelId, repository, private: isPrivate, ...code } = question
    const { log } = this.#options
    try {
      const audience = { teamId, channelId, shared: await this.#options.isShared(question) }
      // The rules need not be loaded to start.
      const { checkForReview } = await import('../decisions/checks/check-for-review.ts')
      const checked = await checkForReview(
        {
          ...this.#common(),
          listRepositories: (channel) => this.#listRepositories(channel),
          mayHear: (channel) => this.#mayRead(channel, { fullName: repository, private: isPrivate }),
        },
        { audience, repository, ...code },
      )
      if (question.isHead && checked.length > 0) this.#options.ring()
      return checked
    } catch (error) {
      log.error({ err: error, channel: channelId }, 'could not check decisions for a review')
      return undefined
    }
  }

  /** Brings what is kept of a channel's own decisions up to the code as it is now. */
  async refresh(channel: Channel): Promise<void> {
    const { github, analyst, signal, isShared, log } = this.#options
    try {
      const audience = audienceOf(() => this.#listReadable(channel), await isShared(channel))
      const code = createCheckedCode({ github, analyst, signal }, audience)
      const { refreshChecks } = await import('../decisions/checks/refresh-checks.ts')
      await refreshChecks({ ...this.#common(), code }, channel, () => this.#listRepositories(channel))
      this.#options.ring()
    } catch (error) {
      log.error({ err: error, channel: channel.channelId }, 'could not check decisions')
    }
  }

  /** Whether code of a repository may be spoken of in a channel now; false while GitHub cannot say. */
  async mayHear(channel: Channel, repository: string): Promise<boolean> {
    const { github, signal } = this.#options
    const found = await github.repository(refOf(repository), { signal })
    if (!found.ok) return false
    const { owner, name, private: isPrivate } = found.value
    return this.#mayRead(channel, { fullName: `${owner}/${name}`, private: isPrivate })
  }

  #common() {
    const { store, github, signal, now } = this.#options
    return { store, history: createChangeHistory(github, signal), now }
  }

  async #mayRead(channel: Channel, repository: { fullName: string; private: boolean }): Promise<boolean> {
    if (!repository.private) return true
    const [linked, shared] = await Promise.all([this.#listReadable(channel), this.#options.isShared(channel)])
    return mayRead(repository, { linked, shared })
  }

  async #listReadable({ teamId, channelId }: Channel): Promise<string[]> {
    return this.#options.privateCode ? listLinkedRepositories(this.#options.store, { teamId, channelId }) : []
  }

  /** The repositories that a channel is about: those linked to it, and the one it has settled. */
  async #listRepositories({ teamId, channelId }: Channel): Promise<string[]> {
    const { store } = this.#options
    const linked = await listLinkedRepositories(store, { teamId, channelId })
    const { repository } = await readChannelSettings(store, { teamId, channelId })
    return [...new Set([...linked, ...(repository === null ? [] : [repository.toLowerCase()])])]
  }
}

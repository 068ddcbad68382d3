import type { WebClient } from '@slack/web-api'
import type { Logger } from '../../log.ts'
import type { ThreadAddress } from '../../turns/inbound.ts'
import { readFailure, refusalCode } from './slack-failure.ts'

const showEveryMs = 1000

/** The line under a thread that says what is being done, and the Stop button beside it. Trouble with it never stops an answer. */
export class TurnStatus {
  readonly #client: WebClient
  readonly #address: ThreadAddress
  readonly #askerId: string
  readonly #log: Logger
  #wanted = ''
  #shown = ''
  #timer: NodeJS.Timeout | undefined
  #lastShownAt = 0

  constructor(client: WebClient, address: ThreadAddress, askerId: string, log: Logger) {
    this.#client = client
    this.#address = address
    this.#askerId = askerId
    this.#log = log
  }

  /** Shows the first status and the Stop button; false when the workspace does not know the agent methods. */
  async start(text: string): Promise<boolean> {
    const [status] = await Promise.all([this.#set(text), this.#setSession('processing')])
    return status
  }

  /** Shows `text` soon; of several within a second only the last. */
  show(text: string): void {
    this.#wanted = text
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        void this.#set(this.#wanted)
      },
      Math.max(0, this.#lastShownAt + showEveryMs - Date.now()),
    )
  }

  /** Takes the status and the Stop button away. */
  async clear(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await Promise.all([this.#set(''), this.#setSession('active')])
  }

  /** Names a conversation in the app's own tab after its first question. */
  async name(title: string): Promise<void> {
    const { channelId, threadTs } = this.#address
    await this.#try(() =>
      this.#client.assistant.threads.setTitle({
        channel_id: channelId,
        thread_ts: threadTs,
        title: title.slice(0, 80),
      }),
    )
  }

  async #set(status: string): Promise<boolean> {
    this.#wanted = status
    if (status === this.#shown) return true
    this.#lastShownAt = Date.now()
    this.#shown = status
    const { channelId, threadTs } = this.#address
    return this.#try(() =>
      this.#client.assistant.threads.setStatus({ channel_id: channelId, thread_ts: threadTs, status }),
    )
  }

  async #setSession(status: 'processing' | 'active'): Promise<boolean> {
    const { channelId, threadTs } = this.#address
    return this.#try(() =>
      this.#client.agents.sessions.setStatus({
        channel_id: channelId,
        thread_ts: threadTs,
        status,
        ...(/^[UW]/.test(this.#askerId) && { initiator_user_id: this.#askerId }),
      }),
    )
  }

  async #try(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call()
      return true
    } catch (error) {
      const code = refusalCode(error) ?? readFailure(error)?.kind ?? 'unexpected'
      if (code !== 'unknown_method') this.#log.debug({ code }, 'status not shown')
      return code !== 'unknown_method'
    }
  }
}

import type { WebClient } from '@slack/web-api'
import type { Logger } from '../../log.ts'
import type { SpeechRequest } from '../../turns/voice.ts'
import { callPatiently, isFinal, readFailure, refusalCode } from './slack-failure.ts'

const showEveryMs = 1000

type Call = () => Promise<unknown>
/** What is shown on the way may be lost; what stays after the answer may not. */
type Effort = (call: Call) => Promise<unknown>
const once: Effort = (call) => call()

type StatusRequest = Pick<SpeechRequest, 'channelId' | 'threadTs' | 'askerId' | 'isHeld'>

/** The line under a thread that says what is being done, and the Stop button beside it. Trouble with it never stops an answer. */
export class TurnStatus {
  readonly #client: WebClient
  readonly #request: StatusRequest
  readonly #log: Logger
  /** The refusal that says that nothing can be said in this thread. */
  #hopeless: unknown
  #wanted = ''
  #shown = ''
  #timer: NodeJS.Timeout | undefined
  #lastShownAt = 0
  /** The status call under way: one that overtook it would leave the older status standing. */
  #showing: Promise<unknown> = Promise.resolve()

  constructor(client: WebClient, request: StatusRequest, log: Logger) {
    this.#client = client
    this.#request = request
    this.#log = log
  }

  /** Shows the first status and the Stop button; false when the workspace does not know the agent methods. Throws when nothing can be said here at all. */
  async start(text: string): Promise<boolean> {
    const [status] = await Promise.all([this.#set(text, once), this.#setSession('processing', once)])
    if (this.#hopeless) throw this.#hopeless
    return status
  }

  /** Shows `text` soon; of several within a second only the last. */
  show(text: string): void {
    this.#wanted = text
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        void this.#set(this.#wanted, once)
      },
      Math.max(0, this.#lastShownAt + showEveryMs - Date.now()),
    )
  }

  /** Takes the status and the Stop button away. */
  async clear(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await Promise.all([this.#set('', callPatiently), this.#setSession('active', callPatiently)])
  }

  /** Names a conversation in the app's own tab after its first question. */
  async name(title: string): Promise<void> {
    const { channelId, threadTs } = this.#request
    await this.#try(
      () =>
        this.#client.assistant.threads.setTitle({
          channel_id: channelId,
          thread_ts: threadTs,
          title: title.slice(0, 80),
        }),
      once,
    )
  }

  async #set(status: string, effort: Effort): Promise<boolean> {
    this.#wanted = status
    if (status === this.#shown) return true
    this.#lastShownAt = Date.now()
    this.#shown = status
    const { channelId, threadTs } = this.#request
    const call = () => this.#client.assistant.threads.setStatus({ channel_id: channelId, thread_ts: threadTs, status })
    const shown = this.#showing.then(() => this.#try(call, effort))
    this.#showing = shown
    return shown
  }

  async #setSession(status: 'processing' | 'active', effort: Effort): Promise<boolean> {
    const { channelId, threadTs, askerId } = this.#request
    const call = () =>
      this.#client.agents.sessions.setStatus({
        channel_id: channelId,
        thread_ts: threadTs,
        status,
        ...(/^[UW]/.test(askerId) && { initiator_user_id: askerId }),
      })
    return this.#try(call, effort)
  }

  async #try(call: Call, effort: Effort): Promise<boolean> {
    try {
      // A worker that lost the turn would show over what its successor shows.
      if (await this.#request.isHeld()) await effort(call)
      return true
    } catch (error) {
      const failure = readFailure(error)
      const code = refusalCode(error) ?? failure?.kind ?? 'unexpected'
      // A missing scope may be the status's alone.
      if (failure && isFinal(failure) && code !== 'missing_scope') this.#hopeless = error
      if (code !== 'unknown_method') this.#log.debug({ code }, 'status not shown')
      return code !== 'unknown_method'
    }
  }
}

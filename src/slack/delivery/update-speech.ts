import { setTimeout as sleep } from 'node:timers/promises'
import type { AnswerFile, Speech, SpeechEnding } from '../../turns/voice.ts'
import { type AnswerView, renderAnswer, renderWorking } from '../views/answer.ts'
import { renderParts } from '../views/answer-parts.ts'
import type { Rendered } from '../views/rendered.ts'
import type { ReplyThread } from './reply-thread.ts'
import { splitMessages } from './split-messages.ts'
import type { TurnStatus } from './turn-status.ts'

/** chat.update allows about 50 calls a minute (Slack, tier 3). */
const updateEveryMs = 1300

/** Answers by posting messages and updating them as the text grows: for workspaces without streams, and to finish what a stream left. */
export class UpdateSpeech implements Speech {
  readonly #thread: ReplyThread
  readonly #view: AnswerView
  readonly #shown: (string | undefined)[] = []
  readonly #statusLine: TurnStatus | undefined
  #markdown: string
  #status = ''
  #lastUpdateAt = 0
  #refreshing: Promise<void> | undefined
  #closed = false
  readonly #closing = Promise.withResolvers<void>()
  #failure: unknown

  constructor(thread: ReplyThread, view: AnswerView, markdown: string, statusLine: TurnStatus | undefined) {
    this.#thread = thread
    this.#view = view
    this.#markdown = markdown
    this.#statusLine = statusLine
  }

  status(text: string): void {
    this.#status = text
    if (this.#statusLine) this.#statusLine.show(text)
    else if (this.#markdown === '') this.#refreshSoon()
  }

  /** Shows the status as a message at once, so that nobody waits in silence. */
  async start(status: string): Promise<void> {
    this.#status = status
    await this.#show([renderWorking(status, this.#view)])
  }

  async append(markdown: string): Promise<void> {
    if (this.#failure) throw this.#failure
    this.#markdown += markdown
    this.#refreshSoon()
  }

  async finish(ending: SpeechEnding): Promise<string> {
    await this.#close()
    const parts = splitMessages(ending.answer.trim() || ending.notice || '')
    const last = parts.length - 1
    const answer = parts.map((part, index) => renderAnswer(part, index === last ? ending : undefined, this.#view))
    const messages = [...answer, ...renderParts(ending.parts ?? [], this.#view)]
    await this.#show(messages)
    for (const ts of this.#thread.messages.splice(messages.length)) await this.#thread.remove(ts)
    await this.#thread.removeStrays()
    await this.#statusLine?.clear()
    return this.#thread.messages[0] ?? ''
  }

  attach(files: readonly AnswerFile[]): Promise<boolean> {
    return this.#thread.attach(files)
  }

  async leave(): Promise<void> {
    await this.#endRefreshing()
    await this.#statusLine?.clear()
  }

  async #close(): Promise<void> {
    await this.#endRefreshing()
    if (this.#failure) throw this.#failure
  }

  async #endRefreshing(): Promise<void> {
    this.#closed = true
    this.#closing.resolve()
    await this.#refreshing
  }

  #refreshSoon(): void {
    if (this.#closed || this.#refreshing) return
    this.#refreshing = this.#refresh()
      .catch((error: unknown) => {
        this.#failure = error
      })
      .finally(() => {
        this.#refreshing = undefined
      })
  }

  async #refresh(): Promise<void> {
    const waitMs = Math.max(0, this.#lastUpdateAt + updateEveryMs - Date.now())
    await Promise.race([sleep(waitMs, undefined, { ref: false }), this.#closing.promise])
    if (this.#closed) return
    const parts = splitMessages(this.#markdown.trim())
    const last = parts.length - 1
    await this.#show(
      parts.length === 0
        ? [renderWorking(this.#status, this.#view)]
        : parts.map((part, index) => renderAnswer(part, index === last ? 'unfinished' : undefined, this.#view)),
    )
  }

  async #show(contents: readonly Rendered[]): Promise<void> {
    for (const [index, content] of contents.entries()) {
      const key = JSON.stringify(content)
      if (this.#shown[index] === key) continue
      await this.#put(index, content)
      this.#shown[index] = key
      this.#lastUpdateAt = Date.now()
    }
  }

  async #put(index: number, content: Rendered): Promise<void> {
    for (let ts = this.#thread.messages[index]; ts; ts = this.#thread.messages[index]) {
      if (await this.#thread.update(ts, content)) return
      // Somebody deleted it: what it showed moves into the messages after it, or into a new one.
      this.#thread.messages.splice(index, 1)
      this.#shown.splice(index)
    }
    await this.#thread.post(content)
  }
}

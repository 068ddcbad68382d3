import type { WebClient } from '@slack/web-api'
import type { AnswerFile, Speech, SpeechEnding, SpeechRequest } from '../../turns/voice.ts'
import { type AnswerView, renderClosing } from '../views/answer.ts'
import type { ReplyThread } from './reply-thread.ts'
import { runEvent } from './reply-thread.ts'
import { readFailure, refusalCode } from './slack-failure.ts'
import { splitMessages } from './split-messages.ts'
import type { TurnStatus } from './turn-status.ts'
import { UpdateSpeech } from './update-speech.ts'

/** Slack closes a stream about five minutes after it began, whatever is appended (node-slack-sdk#2702). */
const streamLifetimeMs = 4 * 60_000

export interface StreamSpeechOptions {
  client: WebClient
  request: SpeechRequest
  thread: ReplyThread
  status: TurnStatus
  view: AnswerView
  now: () => number
  /** Called when the workspace turns out not to know streams. */
  refused: () => void
}

/** Streams an answer block by block, rolling to a new message before Slack's limits. At the first trouble it goes on by update, in the same messages. */
export class StreamSpeech implements Speech {
  readonly #options: StreamSpeechOptions
  #open: { ts: string; text: string; startedAt: number } | undefined
  #said = ''
  #fallback: UpdateSpeech | undefined

  constructor(options: StreamSpeechOptions) {
    this.#options = options
  }

  status(text: string): void {
    this.#options.status.show(text)
  }

  async append(markdown: string): Promise<void> {
    if (this.#fallback) return this.#fallback.append(markdown)
    this.#said += markdown
    const fits = this.#open && this.#stillFits(this.#open, markdown)
    try {
      if (this.#open && !fits) await this.#stop()
      await (this.#open ? this.#grow(markdown) : this.#begin(markdown))
    } catch (error) {
      await this.#fallBack(error)
    }
    return undefined
  }

  async finish(ending: SpeechEnding): Promise<string> {
    const { thread, status, view } = this.#options
    if (ending.parts?.length && this.#said === '') this.#fallback = new UpdateSpeech(thread, view, '', status)
    try {
      if (!this.#fallback && this.#said === '') await this.append(ending.answer || ending.notice || '')
      if (!this.#fallback) await this.#stop(ending)
    } catch (error) {
      await this.#fallBack(error)
    }
    if (this.#fallback) return this.#fallback.finish(ending)
    await thread.removeStrays()
    await status.clear()
    return thread.messages[0] ?? ''
  }

  attach(files: readonly AnswerFile[]): Promise<boolean> {
    return this.#options.thread.attach(files)
  }

  async leave(): Promise<void> {
    await (this.#fallback?.leave() ?? this.#options.status.clear())
  }

  #stillFits(open: { text: string; startedAt: number }, markdown: string): boolean {
    const young = this.#options.now() - open.startedAt < streamLifetimeMs
    return young && splitMessages(open.text + markdown).length <= 1
  }

  async #begin(markdown: string): Promise<void> {
    // What follows in the same message must not run into its first block.
    const end = /\n*$/.exec(markdown)?.[0] ?? ''
    const parts = splitMessages(markdown)
    parts.push(`${parts.pop() ?? ''}${end}`)
    const [first = '', ...rest] = parts
    const { client, request, thread, now } = this.#options
    await request.beforeSaying()
    const startedAt = now()
    const { ts } = await client.chat.startStream({
      channel: request.channelId,
      thread_ts: request.threadTs,
      recipient_team_id: request.teamId,
      recipient_user_id: request.askerId,
      markdown_text: first,
    })
    this.#open = { ts: await thread.adopt(String(ts)), text: first, startedAt }
    for (const part of rest) {
      await this.#stop()
      await this.#begin(part)
    }
  }

  async #grow(markdown: string): Promise<void> {
    const open = this.#open
    if (!open) return
    const { client, request } = this.#options
    await request.beforeSaying()
    await client.chat.appendStream({ channel: request.channelId, ts: open.ts, markdown_text: markdown })
    open.text += markdown
    await request.said()
  }

  async #stop(ending?: SpeechEnding): Promise<void> {
    const open = this.#open
    if (!open) return
    const { client, request, view } = this.#options
    await request.beforeSaying()
    await client.chat.stopStream({
      channel: request.channelId,
      ts: open.ts,
      ...(ending && { blocks: renderClosing(ending, view) }),
      metadata: { event_type: runEvent, event_payload: { run_id: request.runId } },
    })
    this.#open = undefined
    await request.said()
  }

  async #fallBack(error: unknown): Promise<void> {
    const failure = readFailure(error)
    if (!failure) throw error
    const { request, thread, refused, view } = this.#options
    const code = refusalCode(error)
    if (code === 'unknown_method') refused()
    if (code === 'stopped_by_user') request.stopped()
    if (failure.kind === 'unreachable' && !this.#open)
      for (const ts of await thread.findUnrecorded(this.#options.now())) await thread.adopt(ts)
    for (const ts of thread.messages) await thread.closeStream(ts)
    this.#open = undefined
    this.#fallback = new UpdateSpeech(thread, view, this.#said, this.#options.status)
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { AnswerFile, SpeechRequest } from '../../turns/voice.ts'
import type { Rendered } from '../views/rendered.ts'
import { carriedBy, pagesSince } from './read-since.ts'
import { backOffMs, callPatiently, readFailure, refusalCode } from './slack-failure.ts'

export const runEvent = 'architect_answer'

const postAttempts = 5

/** The messages of one answer in their thread. Every call that speaks is announced first and recorded after. */
export class ReplyThread {
  readonly #client: WebClient
  readonly #request: SpeechRequest
  readonly #bot: { userId: string }
  /** Messages that carry the answer, oldest first. */
  readonly messages: string[]
  /** Since when a call of ours may have said something that nobody recorded, ms; it may still be on its way. */
  #unclearSince: number | undefined

  constructor(client: WebClient, request: SpeechRequest, bot: { userId: string }) {
    this.#client = client
    this.#request = request
    this.#bot = bot
    this.messages = [...request.earlier]
  }

  /** Posts the next message of the answer. When the outcome is unclear it looks into the thread before it tries again. */
  async post(content: Rendered): Promise<string> {
    const { channelId, threadTs, runId } = this.#request
    for (let attempt = 1; ; attempt++) {
      await this.#request.beforeSaying()
      const since = Date.now()
      try {
        const { ts } = await this.#client.chat.postMessage({
          channel: channelId,
          thread_ts: threadTs,
          ...content,
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: runEvent, event_payload: { run_id: runId } },
        })
        return await this.adopt(String(ts))
      } catch (error) {
        const failure = readFailure(error)
        if (!failure || failure.kind === 'refused' || attempt === postAttempts) throw error
        await sleep(backOffMs(failure, attempt))
        const [found] = failure.kind === 'unreachable' ? await this.findUnrecorded(since) : []
        if (found) return this.adopt(found)
      }
    }
  }

  /** Makes a message show exactly `content`; repeating it changes nothing. False when somebody has deleted it. */
  async update(ts: string, content: Rendered): Promise<boolean> {
    const update = () => this.#client.chat.update({ channel: this.#request.channelId, ts, ...content })
    return (await this.#change(update, isGone)) === undefined
  }

  /** Takes back a message that is no longer part of the answer. */
  async remove(ts: string): Promise<void> {
    await this.#change(() => this.#delete(ts), isGone)
  }

  /** Ends a stream that an earlier attempt left open; one that is closed already, or cannot be, stays as it is. */
  async closeStream(ts: string): Promise<void> {
    await this.#change(
      () => this.#client.chat.stopStream({ channel: this.#request.channelId, ts }),
      () => true,
    )
  }

  /** Posts files as one more message of the thread; false when Slack refuses them. A message of theirs that nobody recorded is a stray, and goes. */
  async attach(files: readonly AnswerFile[]): Promise<boolean> {
    const { channelId, threadTs } = this.#request
    try {
      await this.#request.beforeSaying()
      await this.#client.filesUploadV2({
        channel_id: channelId,
        thread_ts: threadTs,
        file_uploads: files.map(({ name, title, content }) => ({
          filename: name.replace(/\.(?=\w+$)/, this.#mark),
          title,
          file: content,
        })),
      })
    } catch (error) {
      if (refusalCode(error) === undefined) throw error
      await this.#request.said()
      return false
    }
    await this.#request.said()
    return true
  }

  /** Records a message as part of the answer, or takes it back when this worker has lost the answer to another one. */
  async adopt(ts: string): Promise<string> {
    this.messages.push(ts)
    if (!(await this.#request.said(ts))) await callPatiently(() => this.#delete(ts))
    return ts
  }

  /** Our messages in the thread that no turn has recorded: said by an attempt that died before it could write that down. */
  async findUnrecorded(sinceMs: number): Promise<string[]> {
    this.#unclearSince ??= sinceMs
    const { channelId, threadTs, others } = this.#request
    const recorded = new Set([...this.messages, ...others, threadTs])
    const found: string[] = []
    for await (const messages of pagesSince(this.#client, { channelId, threadTs }, sinceMs)) {
      const ours = messages
        .filter((message) => message.user === this.#bot.userId && !recorded.has(message.ts ?? ''))
        .filter((message) => this.#isOfThisRun(message))
      found.push(...ours.flatMap((message) => message.ts ?? []))
    }
    return found
  }

  /** Takes back what a call of unclear outcome said after all, once the answer stands without it. */
  async removeStrays(): Promise<void> {
    if (this.#unclearSince === undefined) return
    for (const ts of await this.findUnrecorded(this.#unclearSince)) await this.remove(ts)
  }

  /** Makes a call that changes a message and may be repeated; returns the refusal when it is an expected one. */
  async #change(call: () => Promise<unknown>, isExpected: (refusal: string) => boolean): Promise<string | undefined> {
    const refused = await callPatiently(async () => {
      await this.#request.beforeSaying()
      await call()
    }).then(
      () => undefined,
      (error: unknown) => {
        const code = refusalCode(error)
        if (code === undefined || !isExpected(code)) throw error
        return code
      },
    )
    await this.#request.said()
    return refused
  }

  /** Files carry no metadata, so their names say whose they are. */
  get #mark(): string {
    return `-${this.#request.runId.slice(0, 8)}.`
  }

  /** All that the bot says carries metadata, but files, and a stream that has not ended. */
  #isOfThisRun(message: Said): boolean {
    const { metadata, files = [] } = message
    if (files.length > 0) return files.every(({ name }) => name?.includes(this.#mark))
    return !metadata?.event_type || carriedBy(message, 'run_id') === this.#request.runId
  }

  #delete(ts: string) {
    return this.#client.chat.delete({ channel: this.#request.channelId, ts })
  }
}

interface Said {
  metadata?: { event_type?: string; event_payload?: unknown }
  files?: { name?: string }[]
}

const isGone = (refusal: string) => refusal === 'message_not_found'

import { readEffects } from './effects.ts'
import type { Effects } from './effects.ts'
import { listButtons } from './find-element.ts'
import type { Button } from './find-element.ts'
import type { Person } from './person.ts'
import { renderBlocks, renderMessage } from './render.ts'
import type { RequestLog } from './request-log.ts'
import { seeAnswers, seeFinishedAnswer, seeStatus } from './see-thread.ts'
import { isStreaming } from './stream-state.ts'
import { visibleBlocks } from './visible-blocks.ts'
import { waitFor } from './wait.ts'
import type { WaitOptions } from './wait.ts'
import { threadKey, threadMessages } from './world.ts'
import type { AgentSession, Channel, Ephemeral, Json, Message, ThreadStatus, View, World } from './world.ts'

/** What people see at this moment, and waiting until they see it. */
export class Sight {
  readonly #world: World
  readonly #log: RequestLog

  constructor(world: World, log: RequestLog) {
    this.#world = world
    this.#log = log
  }

  /** The root and its replies as they are now, oldest first. */
  thread(channel: Channel, ts: string): Message[] {
    return threadMessages(channel, ts)
  }

  /** The bot's messages in a thread, oldest first. */
  answers(channel: Channel, threadTs: string): Message[] {
    return seeAnswers(this.#world, channel, threadTs)
  }

  /** What stands in the channel itself, outside threads. */
  channelMessages(channel: Channel): Message[] {
    return channel.messages.filter((message) => message.threadTs === undefined)
  }

  /** What only this person was shown, oldest first. */
  ephemerals(person: Person): Ephemeral[] {
    return this.#world.ephemerals.filter((message) => message.shownTo === person.id)
  }

  home(person: Person): View | undefined {
    return this.#world.homes.get(`${person.teamId}:${person.id}`)
  }

  /** The modals a person has open, bottom first. */
  views(person: Person): View[] {
    return this.#world.views.filter((view) => view.userId === person.id && view.isOpen)
  }

  /** The status under a thread; Slack clears it after two minutes and when the bot speaks. */
  status(channel: Channel, threadTs: string): ThreadStatus | undefined {
    return seeStatus(this.#world, channel, threadTs)
  }

  session(channel: Channel, threadTs: string): AgentSession | undefined {
    return this.#world.sessions.get(threadKey(channel.id, threadTs))
  }

  title(channel: Channel, threadTs: string): string | undefined {
    return this.#world.titles.get(threadKey(channel.id, threadTs))
  }

  /** The prompts suggested in a thread, or at the top of a DM when no thread is given. */
  suggestedPrompts(channel: Channel, threadTs = ''): Json | undefined {
    return this.#world.suggestedPrompts.get(threadKey(channel.id, threadTs))
  }

  isStreaming(message: Message): boolean {
    return isStreaming(message.stream, this.#world.clock.nowMs())
  }

  /** A message or view as a reader sees it, in plain text. */
  textOf(shown: Message | View): string {
    if ('content' in shown) return renderBlocks(this.#world, shown.content.blocks)
    return renderMessage(this.#world, shown)
  }

  /** The buttons a person can press there, in reading order. */
  buttonsOf(shown: Message | View): Button[] {
    return listButtons(visibleBlocks(shown))
  }

  /** Whom a message notifies and which addresses it links or loads. */
  effectsOf(message: Message): Effects {
    return readEffects(this.#world, message)
  }

  /** Resolves with the first value that is not empty; rejects after `timeoutMs` (default 20,000). */
  waitFor<T>(read: () => T | undefined | false | null, options: WaitOptions = {}): Promise<T> {
    return waitFor(read, options)
  }

  /**
   * Resolves with the bot's last message in the thread once it is finished: nothing streams or can be stopped, no status
   * is shown, the session is not processing, and the bot called nothing for `quietMs` (default 100). Only messages after
   * `after` count; by default those after the last message of anyone else.
   */
  waitForReply(
    channel: Channel,
    threadTs: string,
    options: { after?: string; timeoutMs?: number; quietMs?: number } = {},
  ): Promise<Message> {
    const { after, timeoutMs, quietMs = 100 } = options
    const world = this.#world
    return waitFor(() => this.#log.quietForMs() >= quietMs && seeFinishedAnswer(world, channel, threadTs, after), {
      ...(timeoutMs && { timeoutMs }),
      what: `a finished answer in ${channel.name}`,
    })
  }
}

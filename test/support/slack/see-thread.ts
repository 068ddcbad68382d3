import { findElement } from './find-element.ts'
import { isStreaming } from './stream-state.ts'
import { visibleBlocks } from './visible-blocks.ts'
import { isOurs, threadKey, threadMessages } from './world.ts'
import type { Channel, Message, ThreadStatus, World } from './world.ts'

/** Slack removes a status after two minutes without a message (docs.slack.dev assistant.threads.setStatus). */
const STATUS_LIFETIME_MS = 2 * 60_000

export function seeStatus(world: World, channel: Channel, threadTs: string): ThreadStatus | undefined {
  const status = world.statuses.get(threadKey(channel.id, threadTs))
  if (!status || world.clock.nowMs() - status.setAtMs > STATUS_LIFETIME_MS) return undefined
  return status
}

/** The bot's messages in a thread, oldest first. */
export function seeAnswers(world: World, channel: Channel, threadTs: string): Message[] {
  return threadMessages(channel, threadTs).filter((message) => isOurs(world, message))
}

/** The bot's last message after `after` (default: after the last message of anyone else), once nothing is going on. */
export function seeFinishedAnswer(
  world: World,
  channel: Channel,
  threadTs: string,
  after?: string,
): Message | undefined {
  const messages = threadMessages(channel, threadTs)
  const others = messages.filter((message) => !isOurs(world, message))
  const from = Number(after ?? others.at(-1)?.ts ?? 0)
  if (!isIdle(world, channel, threadTs, messages)) return undefined
  return messages.findLast((message) => isOurs(world, message) && Number(message.ts) > from)
}

function isIdle(world: World, channel: Channel, threadTs: string, messages: Message[]): boolean {
  if (seeStatus(world, channel, threadTs)) return false
  if (world.sessions.get(threadKey(channel.id, threadTs))?.status === 'processing') return false
  return !messages.some((message) => isStreaming(message.stream, world.clock.nowMs()) || offersToStop(message))
}

const offersToStop = (message: Message) => findElement(visibleBlocks(message), 'stop_answer') !== undefined

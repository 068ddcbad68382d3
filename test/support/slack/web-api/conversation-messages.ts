import { findVisibleChannel, isMember } from '../channel-access.ts'
import { shapeListed } from '../message-shape.ts'
import { Refusal } from '../refusal.ts'
import type { Channel, Json, Message } from '../world.ts'
import { findMessage, threadMessages } from '../world.ts'
import type { Call, WebMethod } from './call.ts'
import { takePage } from './paging.ts'

/** What commercially distributed apps outside the Marketplace get per call (docs.slack.dev rate-limits). */
const DISTRIBUTED_PAGE = { fallback: 15, max: 15 }
const INTERNAL_PAGE = { fallback: 1000, max: 1000 }

export const listReplies: WebMethod = (call) => {
  const channel = findReadableChannel(call)
  const ts = call.args.need('ts')
  if (!findMessage(channel, ts)) throw new Refusal('thread_not_found')
  const [root, ...replies] = threadMessages(channel, ts)
  const inRange = replies.filter((message) => isInRange(call, message))
  return answerPage(call, channel, root ? [root, ...inRange] : inRange)
}

export const listHistory: WebMethod = (call) => {
  const channel = findReadableChannel(call)
  const newestFirst = channel.messages
    .filter((message) => message.threadTs === undefined && isInRange(call, message))
    .toReversed()
  return answerPage(call, channel, newestFirst)
}

function answerPage(call: Call, channel: Channel, messages: Message[]): Json {
  const page = takePage(messages, call.args, call.core.settings.internalApp ? INTERNAL_PAGE : DISTRIBUTED_PAGE)
  const metadata = call.args.flag('include_all_metadata') ?? false
  return {
    messages: page.items.map((message) => shapeListed(call.world, channel, message, { metadata })),
    has_more: page.hasMore,
    ...(page.hasMore && { response_metadata: page.metadata }),
  }
}

function findReadableChannel(call: Call): Channel {
  const channel = findVisibleChannel(call)
  if (!isMember(call, channel)) throw new Refusal('not_in_channel')
  return channel
}

function isInRange(call: Call, message: Message): boolean {
  const inclusive = call.args.flag('inclusive') ?? false
  const oldest = readBound(call, 'oldest') ?? 0
  const latest = readBound(call, 'latest') ?? Infinity
  const at = Number(message.ts)
  return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest
}

function readBound(call: Call, name: 'oldest' | 'latest'): number | undefined {
  const text = call.args.text(name)
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) throw new Refusal(`invalid_ts_${name}`)
  return value
}

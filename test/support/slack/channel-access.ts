import type { Call } from './web-api/call.ts'
import { METHOD_SCOPES } from './scopes.ts'
import { Refusal } from './refusal.ts'
import type { Channel, Message } from './world.ts'
import { findMessage } from './world.ts'

/** The channel a call names, or channel_not_found; private channels are not found unless the bot is in them. */
export function findVisibleChannel(call: Call, argument = 'channel'): Channel {
  const id = call.args.text(argument)
  const channel = id === undefined ? undefined : call.world.channels.get(id)
  if (!channel || !isVisible(call, channel)) throw new Refusal('channel_not_found')
  refuseMissingKindScope(call, channel)
  return channel
}

/** The channel a call wants to write in; refuses archived channels and those the bot has not joined. */
export function findWritableChannel(call: Call, argument = 'channel'): Channel {
  const channel = findVisibleChannel(call, argument)
  if (channel.isArchived) throw new Refusal('is_archived')
  if (!isMember(call, channel) && !call.installation.scopes.includes('chat:write.public')) {
    throw new Refusal('not_in_channel')
  }
  return channel
}

/** Whether the calling bot is in the channel. */
export function isMember(call: Call, channel: Channel): boolean {
  return channel.members.has(call.installation.botUserId)
}

/** The message with this ts, or the refusal `errorCode`. */
export function needMessage(channel: Channel, ts: string, errorCode = 'message_not_found'): Message {
  const message = findMessage(channel, ts)
  if (!message) throw new Refusal(errorCode)
  return message
}

function isVisible(call: Call, channel: Channel): boolean {
  if (channel.kind !== 'public') return isMember(call, channel)
  return channel.isExtShared ? isMember(call, channel) : channel.teamId === call.installation.team.id
}

function refuseMissingKindScope(call: Call, channel: Channel): void {
  const needed = METHOD_SCOPES[call.method]?.byKind?.[channel.kind]
  if (needed === undefined || call.installation.scopes.includes(needed)) return
  throw new Refusal('missing_scope', { needed, provided: call.installation.scopes.join(',') })
}

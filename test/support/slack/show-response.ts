import type { Args } from './args.ts'
import { readContents } from './contents.ts'
import type { Core } from './core.ts'
import { emitChanged, emitDeleted } from './events.ts'
import { shapeMessage } from './message-shape.ts'
import { createBotMessage, showEphemeral, showMessage } from './post.ts'
import { Refusal } from './refusal.ts'
import type { ResponseTarget } from './response-urls.ts'
import type { Channel, Installation, Message } from './world.ts'
import { findMessage } from './world.ts'

/** Shows what the bot answered to a command or click, in the ack or by response_url; only the person sees it by default. */
export function showResponse(core: Core, target: ResponseTarget, args: Args): void {
  const { channel, installation } = findPlace(core, target)
  const original = findOriginal(core, channel, target)
  if (args.flag('delete_original')) return removeOriginal(core, channel, original)
  if (args.flag('replace_original') && original) return replaceOriginal(core, channel, original, args)
  const threadTs = args.text('thread_ts') ?? target.threadTs
  const message = createBotMessage(core, channel, installation, {
    contents: readContents(args),
    ...(threadTs !== undefined && { threadTs }),
  })
  if (args.text('response_type') === 'in_channel') showMessage(core, channel, message)
  else showEphemeral(core, message, target.userId)
  target.shown.push(message.ts)
}

function findPlace(core: Core, target: ResponseTarget): { channel: Channel; installation: Installation } {
  const channel = core.world.channels.get(target.channelId)
  const installation = core.world.installations.find((other) => other.team.id === target.teamId)
  if (!channel || !installation) throw new Refusal('channel_not_found')
  return { channel, installation }
}

function findOriginal(core: Core, channel: Channel, target: ResponseTarget): Message | undefined {
  if (target.messageTs === undefined) return undefined
  const ephemeral = core.world.ephemerals.find((message) => message.ts === target.messageTs)
  return ephemeral ?? findMessage(channel, target.messageTs)
}

function removeOriginal(core: Core, channel: Channel, original: Message | undefined): void {
  if (!original) throw new Refusal('message_not_found')
  const list: Message[] = channel.messages.includes(original) ? channel.messages : core.world.ephemerals
  const previous = shapeMessage(core.world, original)
  list.splice(list.indexOf(original), 1)
  if (list === channel.messages) emitDeleted(core, channel, original.ts, previous)
}

function replaceOriginal(core: Core, channel: Channel, original: Message, args: Args): void {
  const previous = shapeMessage(core.world, original)
  const contents = readContents(args)
  delete original.markdownText
  delete original.stream
  Object.assign(original, contents)
  if (channel.messages.includes(original)) emitChanged(core, channel, original, previous)
}

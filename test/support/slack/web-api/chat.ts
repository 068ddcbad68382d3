import { findVisibleChannel, findWritableChannel, needMessage } from '../channel-access.ts'
import { readContents, readMetadata } from '../contents.ts'
import { emitChanged, emitDeleted } from '../events.ts'
import { shapeMessage } from '../message-shape.ts'
import { isObject } from '../json.ts'
import { openDirectMessage } from '../open-dm.ts'
import { createBotMessage, showEphemeral, showMessage } from '../post.ts'
import { Refusal } from '../refusal.ts'
import { isStreaming } from '../stream-state.ts'
import type { Channel, Message } from '../world.ts'
import { findMessage } from '../world.ts'
import type { Call, WebMethod } from './call.ts'

const UPDATED_TEXT_LIMIT = 4000

export const postMessage: WebMethod = (call) => {
  const { args, core } = call
  const channel = findPostTarget(call)
  const contents = readContents(args)
  const threadTs = readThreadTs(call, channel)
  const metadata = readMetadata(args)
  const message = createBotMessage(core, channel, call.installation, {
    contents,
    ...(threadTs !== undefined && { threadTs }),
    ...(metadata && { metadata }),
    ...readAuthorship(call),
    unfurl: { links: args.flag('unfurl_links') ?? false, media: args.flag('unfurl_media') ?? true },
    linkNames: (args.flag('link_names') ?? false) || args.text('parse') === 'full',
  })
  showMessage(core, channel, message)
  return { channel: channel.id, ts: message.ts, message: shapeMessage(call.world, message, { metadata: true }) }
}

export const postEphemeral: WebMethod = (call) => {
  const channel = findWritableChannel(call)
  const userId = call.args.need('user')
  if (!call.world.users.has(userId)) throw new Refusal('user_not_found')
  if (!channel.members.has(userId)) throw new Refusal('user_not_in_channel')
  const threadTs = call.args.text('thread_ts')
  const message = createBotMessage(call.core, channel, call.installation, {
    contents: readContents(call.args),
    ...(threadTs !== undefined && { threadTs }),
    linkNames: (call.args.flag('link_names') ?? false) || call.args.text('parse') === 'full',
  })
  return { message_ts: showEphemeral(call.core, message, userId).ts }
}

export const updateMessage: WebMethod = (call) => {
  const { args, world, core } = call
  const channel = findVisibleChannel(call)
  if (channel.isArchived) throw new Refusal('is_inactive')
  const message = needMessage(channel, args.need('ts'))
  if (message.userId !== call.installation.botUserId) throw new Refusal('cant_update_message')
  if (isStreaming(message.stream, call.nowMs)) throw new Refusal('streaming_state_conflict')
  if ((args.text('text') ?? '').length > UPDATED_TEXT_LIMIT) throw new Refusal('msg_too_long')
  const contents = args.has('metadata') && !hasContents(args) ? undefined : readContents(args)
  const metadata = readMetadata(args)
  const previous = shapeMessage(world, message)
  if (contents) replaceContents(call, message, contents)
  if (metadata) message.metadata = metadata
  if (isObject(args.json('metadata')) && !metadata) delete message.metadata
  emitChanged(core, channel, message, previous)
  return { channel: channel.id, ts: message.ts, text: message.text, message: shapeMessage(world, message) }
}

export const deleteMessage: WebMethod = (call) => {
  const channel = findVisibleChannel(call)
  const message = needMessage(channel, call.args.need('ts'))
  if (message.userId !== call.installation.botUserId) throw new Refusal('cant_delete_message')
  const previous = shapeMessage(call.world, message)
  channel.messages.splice(channel.messages.indexOf(message), 1)
  emitDeleted(call.core, channel, message.ts, previous)
  return { channel: channel.id, ts: message.ts }
}

export const getPermalink: WebMethod = (call) => {
  const channel = findVisibleChannel(call)
  const message = needMessage(channel, call.args.need('message_ts'))
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`
  const domain = call.installation.team.domain
  return {
    channel: channel.id,
    permalink: `https://${domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`,
  }
}

function hasContents(args: Call['args']): boolean {
  return ['text', 'blocks', 'attachments', 'markdown_text'].some((name) => args.has(name))
}

/** New text without blocks removes the old blocks, and only then is the message marked as edited. */
function replaceContents(call: Call, message: Message, contents: ReturnType<typeof readContents>): void {
  delete message.stream
  delete message.markdownText
  Object.assign(message, contents)
  if (contents.blocks.length > 0) delete message.edited
  else message.edited = { user: call.installation.botUserId, ts: call.world.ids.nextTs() }
}

function findPostTarget(call: Call): Channel {
  const id = call.args.need('channel')
  if (!call.world.users.has(id)) return findWritableChannel(call)
  return openDirectMessage(call.world, call.installation, id)
}

export function readThreadTs(call: Call, channel: Channel): string | undefined {
  const threadTs = call.args.text('thread_ts')
  if (threadTs === undefined || threadTs === '') return undefined
  if (!findMessage(channel, threadTs)) throw new Refusal('thread_not_found')
  return threadTs
}

export function readAuthorship(call: Call): { username?: string } {
  const isCustom = ['username', 'icon_emoji', 'icon_url'].some((name) => call.args.has(name))
  if (!isCustom) return {}
  const provided = call.installation.scopes
  if (!provided.includes('chat:write.customize')) {
    throw new Refusal('missing_scope', { needed: 'chat:write.customize', provided: provided.join(',') })
  }
  const username = call.args.text('username')
  return username === undefined ? {} : { username }
}

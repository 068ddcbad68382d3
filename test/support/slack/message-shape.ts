import { asText } from './json.ts'
import { streamedMarkdown } from './stream-state.ts'
import { findMessage, isOurs } from './world.ts'
import type { Block, Channel, Json, Message, StoredFile, World } from './world.ts'

/** A message as the Web API and events carry it. */
export function shapeMessage(world: World, message: Message, options: { metadata?: boolean } = {}): Json {
  return {
    type: 'message',
    ...(message.subtype !== undefined && { subtype: message.subtype }),
    ...(message.userId !== undefined && { user: message.userId }),
    ts: message.ts,
    ...(message.botId !== undefined && { bot_id: message.botId }),
    ...(isOurs(world, message) && shapeApp(world, message)),
    text: visibleText(message),
    team: message.teamId,
    ...shapeStranger(world, message),
    ...(message.username !== undefined && { username: message.username }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    ...(message.edited && { edited: message.edited }),
    ...(message.files.length > 0 && { files: message.files.map((file) => shapeFile(world, file)) }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.reactions.size > 0 && { reactions: shapeReactions(message) }),
    blocks: shapeBlocks(message),
    ...(options.metadata && message.metadata && { metadata: message.metadata }),
  }
}

/** The same, with the counts a thread's root carries. */
export function shapeListed(world: World, channel: Channel, message: Message, options: { metadata?: boolean }): Json {
  const shape = shapeMessage(world, message, options)
  if (message.threadTs !== undefined) return { ...shape, parent_user_id: rootAuthor(channel, message.threadTs) }
  const replies = channel.messages.filter((other) => other.threadTs === message.ts)
  if (replies.length === 0) return shape
  return {
    ...shape,
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: new Set(replies.map(authorOf)).size,
    latest_reply: replies.at(-1)?.ts,
    reply_users: [...new Set(replies.map(authorOf))],
    is_locked: false,
    subscribed: false,
  }
}

export function rootAuthor(channel: Channel, threadTs: string): string | undefined {
  const root = findMessage(channel, threadTs)
  return root && authorOf(root)
}

function authorOf(message: Message): string | undefined {
  return message.userId ?? message.botId
}

/** A file as messages and the files methods carry it. */
export function shapeFile(world: World, file: StoredFile): Json {
  const extension = file.name.includes('.') ? file.name.slice(file.name.lastIndexOf('.') + 1) : 'text'
  return {
    id: file.id,
    created: Math.floor(world.clock.nowMs() / 1000),
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extension,
    user: file.userId,
    user_team: file.teamId,
    size: file.content.length,
    mode: 'hosted',
    is_external: false,
    url_private: `${world.filesUrl}/files-pri/${file.id}/${encodeURIComponent(file.name)}`,
    url_private_download: `${world.filesUrl}/files-pri/${file.id}/download/${encodeURIComponent(file.name)}`,
    permalink: `${world.filesUrl}/files/${file.userId}/${file.id}/${encodeURIComponent(file.name)}`,
  }
}

function visibleText(message: Message): string {
  if (message.stream) return streamedMarkdown(message.stream)
  return message.markdownText ?? message.text
}

function shapeApp(world: World, message: Message): Json {
  const { botId: id, teamId } = message
  return {
    app_id: world.appId,
    bot_profile: { id, app_id: world.appId, name: world.botName, team_id: teamId, deleted: false },
  }
}

/** In a shared channel, people of the other workspace are marked as such. */
export function shapeStranger(world: World, message: Message): Json {
  const home = world.channels.get(message.channelId)?.teamId
  return home === message.teamId ? {} : { user_team: message.teamId, source_team: message.teamId }
}

/** Slack stores markdown as rich text and never hands a markdown block back. */
function shapeBlocks(message: Message): Block[] {
  if (message.stream) return [richText('stream', streamedMarkdown(message.stream)), ...message.blocks]
  if (message.markdownText !== undefined) return [richText('markdown', message.markdownText)]
  return message.blocks.map((block) =>
    block.type === 'markdown' ? richText(asText(block.block_id), asText(block.text)) : block,
  )
}

export function richText(blockId: string, text: string): Block {
  const section = { type: 'rich_text_section', elements: richTextElements(text) }
  return { type: 'rich_text', block_id: blockId, elements: [section] }
}

function richTextElements(text: string): Json[] {
  return text
    .split(/(<@[UW][A-Z0-9]+>)/)
    .filter((piece) => piece !== '')
    .map((piece) =>
      piece.startsWith('<@') ? { type: 'user', user_id: piece.slice(2, -1) } : { type: 'text', text: piece },
    )
}

function shapeReactions(message: Message): Json[] {
  return [...message.reactions].map(([name, users]) => ({ name, users, count: users.length }))
}

import type { Core } from './core.ts'
import { emit, emitChanged, emitDeleted, emitMessage, listeningInstallations } from './events.ts'
import { richText, shapeMessage } from './message-shape.ts'
import { encodeTyped } from './typed-text.ts'
import type { Channel, Message, StoredFile, User } from './world.ts'
import { findMessage } from './world.ts'

interface AttachedFile {
  name: string
  content: string | Buffer
  mimetype?: string
}

export interface SayOptions {
  threadTs?: string
  files?: AttachedFile[]
}

/** Posts a person's message and sends the events the app subscribed to. */
export function say(core: Core, user: User, channel: Channel, text: string, options: SayOptions): Message {
  const files = (options.files ?? []).map((file) => storeFile(core, user, channel, file))
  const encoded = encodeTyped(core.world, text)
  const message: Message = {
    ts: core.world.ids.nextTs(),
    channelId: channel.id,
    teamId: user.teamId,
    userId: user.id,
    text: encoded,
    blocks: [richText(core.world.ids.next('b'), encoded)],
    attachments: [],
    ...(options.threadTs !== undefined && { threadTs: options.threadTs }),
    ...(files.length > 0 && { subtype: 'file_share' }),
    files,
    reactions: new Map(),
    unfurl: { links: true, media: true },
    linkNames: false,
  }
  channel.messages.push(message)
  emitMessage(core, channel, message)
  return message
}

/** Changes a person's own message: message_changed, and app_mention again when it names the bot. */
export function edit(core: Core, user: User, channel: Channel, ts: string, text: string): void {
  const message = needOwn(channel, user, ts)
  const previous = shapeMessage(core.world, message)
  message.text = encodeTyped(core.world, text)
  message.blocks = [richText(core.world.ids.next('b'), message.text)]
  message.edited = { user: user.id, ts: core.world.ids.nextTs() }
  emitChanged(core, channel, message, previous)
}

/** Deletes a person's own message; a thread's root leaves a tombstone, as in Slack. */
export function remove(core: Core, user: User, channel: Channel, ts: string): void {
  const message = needOwn(channel, user, ts)
  const previous = shapeMessage(core.world, message)
  const hasReplies = channel.messages.some((other) => other.threadTs === ts)
  if (!hasReplies) {
    channel.messages.splice(channel.messages.indexOf(message), 1)
    return emitDeleted(core, channel, ts, previous)
  }
  message.subtype = 'tombstone'
  message.text = 'This message was deleted.'
  message.blocks = []
  message.files = []
  emitChanged(core, channel, message, previous)
}

export function react(core: Core, user: User, channel: Channel, ts: string, name: string): void {
  const message = findMessage(channel, ts)
  if (!message) throw new Error(`there is no message ${ts} in ${channel.name}`)
  const users = message.reactions.get(name) ?? []
  if (users.includes(user.id)) throw new Error(`${user.name} already reacted with ${name}`)
  message.reactions.set(name, [...users, user.id])
  for (const installation of listeningInstallations(core, channel)) {
    const item = { type: 'message', channel: channel.id, ts }
    const event = { user: user.id, reaction: name, item, item_user: message.userId, event_ts: core.world.ids.nextTs() }
    void emit(core, installation, 'reaction_added', { type: 'reaction_added', ...event }, channel)
  }
}

function storeFile(core: Core, user: User, channel: Channel, file: AttachedFile): StoredFile {
  const stored: StoredFile = {
    id: core.world.ids.next('F'),
    name: file.name,
    title: file.name,
    mimetype: file.mimetype ?? 'text/plain',
    content: Buffer.from(file.content),
    userId: user.id,
    teamId: user.teamId,
    channels: [channel.id],
    complete: true,
  }
  core.world.files.set(stored.id, stored)
  return stored
}

function needOwn(channel: Channel, user: User, ts: string): Message {
  const message = findMessage(channel, ts)
  if (message?.userId !== user.id) throw new Error(`${user.name} has no message ${ts} in ${channel.name}`)
  return message
}

import type { Contents } from './contents.ts'
import type { Core } from './core.ts'
import { emitMessage } from './events.ts'
import type { Channel, Ephemeral, Installation, Json, Message, StoredFile } from './world.ts'
import { isOurs, threadKey } from './world.ts'

interface BotMessage {
  contents: Contents
  threadTs?: string
  metadata?: Json
  username?: string
  unfurl?: { links: boolean; media: boolean }
  linkNames?: boolean
}

/** A message by the bot, not yet shown anywhere. */
export function createBotMessage(core: Core, channel: Channel, by: Installation, message: BotMessage): Message {
  return {
    ts: core.world.ids.nextTs(),
    channelId: channel.id,
    teamId: by.team.id,
    userId: by.botUserId,
    botId: by.botId,
    ...message.contents,
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    ...(message.metadata && { metadata: message.metadata }),
    ...(message.username !== undefined && { username: message.username, subtype: 'bot_message' }),
    files: [],
    reactions: new Map(),
    unfurl: message.unfurl ?? { links: false, media: true },
    linkNames: message.linkNames ?? false,
  }
}

/** Shows a message to the channel, clears the thread's status when the bot spoke, and tells the app. */
export function showMessage(core: Core, channel: Channel, message: Message): void {
  channel.messages.push(message)
  if (isOurs(core.world, message)) clearStatus(core, channel, message.threadTs ?? message.ts)
  emitMessage(core, channel, message)
}

/** Shows a message to one person; nobody else sees it and no event is sent. */
export function showEphemeral(core: Core, message: Message, userId: string): Ephemeral {
  const ephemeral = { ...message, shownTo: userId }
  core.world.ephemerals.push(ephemeral)
  return ephemeral
}

function clearStatus(core: Core, channel: Channel, threadTs: string): void {
  core.world.statuses.delete(threadKey(channel.id, threadTs))
}

/** Completes an upload: the file becomes a message in the channel. */
export function shareFiles(core: Core, channel: Channel, by: Installation, files: StoredFile[], message: BotMessage) {
  const posted = createBotMessage(core, channel, by, message)
  posted.files = files
  showMessage(core, channel, posted)
  return posted
}

import { randomUUID } from 'node:crypto'
import type { Core } from './core.ts'
import { rootAuthor, shapeFile, shapeMessage, shapeStranger } from './message-shape.ts'
import { EVENT_SCOPES } from './scopes.ts'
import { isOurs } from './world.ts'
import type { Channel, ChannelKind, Installation, Json, Message } from './world.ts'

const CHANNEL_TYPES: Record<ChannelKind, string> = { public: 'channel', private: 'group', im: 'im' }
const MESSAGE_EVENTS: Record<ChannelKind, string> = {
  public: 'message.channels',
  private: 'message.groups',
  im: 'message.im',
}

/** Sends an event the app subscribed to in `installation`'s workspace; resolves false when it was not delivered. */
export function emit(core: Core, installation: Installation, subscription: string, event: Json, channel?: Channel) {
  if (!isSubscribed(core, installation, subscription)) return Promise.resolve(false)
  return core.delivery.deliverEvent(wrapEvent(core, installation, event, channel))
}

/** The event_callback envelope around one event, with a fresh event_id. */
export function wrapEvent(core: Core, installation: Installation, event: Json, channel?: Channel): Json {
  const { world, settings } = core
  return {
    token: settings.verificationToken,
    team_id: installation.team.id,
    context_team_id: installation.team.id,
    context_enterprise_id: null,
    api_app_id: world.appId,
    event,
    type: 'event_callback',
    event_id: world.ids.next('Ev'),
    event_time: Math.floor(world.clock.nowMs() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: installation.team.id,
        user_id: installation.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: channel?.isExtShared ?? false,
    event_context: `4-${Buffer.from(randomUUID()).toString('base64url')}`,
  }
}

/** Tells the app of a new message: `message.*` where the bot is, and app_mention when it is named outside DMs. */
export function emitMessage(core: Core, channel: Channel, message: Message): void {
  for (const installation of listeningInstallations(core, channel)) {
    const event = messageEvent(core, channel, message)
    void emit(core, installation, MESSAGE_EVENTS[channel.kind], event, channel)
    emitMention(core, installation, channel, message)
  }
}

/** Tells the app that a message changed, and of a person's mention again when an edit holds one. */
export function emitChanged(core: Core, channel: Channel, message: Message, previous: Json): void {
  const change = {
    type: 'message',
    subtype: 'message_changed',
    message: shapeMessage(core.world, message),
    previous_message: previous,
    channel: channel.id,
    hidden: true,
    ts: core.world.ids.nextTs(),
    event_ts: core.world.ids.nextTs(),
    channel_type: CHANNEL_TYPES[channel.kind],
  }
  for (const installation of listeningInstallations(core, channel)) {
    void emit(core, installation, MESSAGE_EVENTS[channel.kind], change, channel)
    if (message.edited && !isOurs(core.world, message)) emitMention(core, installation, channel, message)
  }
}

/** Tells the app that a message is gone. */
export function emitDeleted(core: Core, channel: Channel, deletedTs: string, previous: Json): void {
  const event = {
    type: 'message',
    subtype: 'message_deleted',
    previous_message: previous,
    channel: channel.id,
    hidden: true,
    deleted_ts: deletedTs,
    ts: core.world.ids.nextTs(),
    event_ts: core.world.ids.nextTs(),
    channel_type: CHANNEL_TYPES[channel.kind],
  }
  for (const installation of listeningInstallations(core, channel)) {
    void emit(core, installation, MESSAGE_EVENTS[channel.kind], event, channel)
  }
}

/** Installations whose bot is in the channel; a shared channel's event is sent once, not once per workspace. */
export function listeningInstallations(core: Core, channel: Channel): Installation[] {
  const present = core.world.installations.filter(
    (installation) => installation.state === 'active' && channel.members.has(installation.botUserId),
  )
  return present.slice(0, 1)
}

function isSubscribed(core: Core, installation: Installation, subscription: string): boolean {
  const scope = EVENT_SCOPES[subscription]
  if (!core.settings.botEvents.has(subscription)) return false
  return scope === undefined || installation.scopes.includes(scope)
}

function messageEvent(core: Core, channel: Channel, message: Message): Json {
  return {
    ...shapeMessage(core.world, message),
    ...(message.botId === undefined && { client_msg_id: randomUUID() }),
    ...(message.threadTs !== undefined && { parent_user_id: rootAuthor(channel, message.threadTs) }),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: CHANNEL_TYPES[channel.kind],
  }
}

function emitMention(core: Core, installation: Installation, channel: Channel, message: Message): void {
  if (channel.kind === 'im' || !message.text.includes(`<@${installation.botUserId}>`)) return
  const event = {
    ...(message.userId !== undefined && { user: message.userId }),
    ...(message.subtype === 'bot_message' && { subtype: message.subtype, username: message.username }),
    type: 'app_mention',
    ts: message.ts,
    ...(message.botId === undefined ? { client_msg_id: randomUUID() } : { bot_id: message.botId }),
    text: message.text,
    team: message.teamId,
    ...shapeStranger(core.world, message),
    ...(message.threadTs !== undefined && {
      thread_ts: message.threadTs,
      parent_user_id: rootAuthor(channel, message.threadTs),
    }),
    ...(message.edited && { edited: message.edited }),
    ...(message.files.length > 0 && { files: message.files.map((file) => shapeFile(core.world, file)), upload: false }),
    blocks: message.blocks,
    channel: channel.id,
    event_ts: message.edited?.ts ?? message.ts,
  }
  void emit(core, installation, 'app_mention', event, channel)
}

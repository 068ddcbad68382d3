import type { Core } from './core.ts'
import { emit } from './events.ts'
import type { Channel, Installation } from './world.ts'

/** Brings the bot into a channel: member_joined_channel. */
export function inviteBot(core: Core, installation: Installation, channel: Channel, inviterId: string): void {
  channel.members.add(installation.botUserId)
  const event = { ...membership(core, installation, channel, 'member_joined_channel'), inviter: inviterId }
  void emit(core, installation, 'member_joined_channel', event, channel)
}

/** Takes the bot out of a channel: channel_left, or group_left when it is private. */
export function removeBot(core: Core, installation: Installation, channel: Channel, removerId: string): void {
  channel.members.delete(installation.botUserId)
  const type = channel.kind === 'private' ? 'group_left' : 'channel_left'
  const event = { type, channel: channel.id, actor_id: removerId, event_ts: core.world.ids.nextTs() }
  void emit(core, installation, type, event, channel)
}

function membership(core: Core, installation: Installation, channel: Channel, type: string) {
  return {
    type,
    user: installation.botUserId,
    channel: channel.id,
    channel_type: channel.kind === 'private' ? 'G' : 'C',
    team: channel.teamId,
    event_ts: core.world.ids.nextTs(),
  }
}

import type { Channel, Installation, World } from './world.ts'

/** The DM between a person and the bot of one workspace; made when it does not exist yet. */
export function openDirectMessage(world: World, installation: Installation, userId: string): Channel {
  const members = [userId, installation.botUserId]
  for (const channel of world.channels.values()) {
    if (channel.kind === 'im' && members.every((member) => channel.members.has(member))) return channel
  }
  const channel: Channel = {
    id: world.ids.next('D'),
    teamId: installation.team.id,
    name: `dm-${userId}`,
    kind: 'im',
    isExtShared: false,
    isArchived: false,
    members: new Set(members),
    messages: [],
  }
  world.channels.set(channel.id, channel)
  return channel
}

import { escapeText } from './escape.ts'
import type { Channel, Message, Team, User, World } from './world.ts'

export interface UserOptions {
  name: string
  isAdmin?: boolean
  isGuest?: boolean
  isBot?: boolean
  team?: Team
}

export interface ChannelOptions {
  name: string
  isPrivate?: boolean
  /** Shared with another workspace by Slack Connect. */
  isExtShared?: boolean
  /** Default: every person of the team so far. */
  members?: { id: string }[]
  /** Default true. */
  botIsMember?: boolean
  team?: Team
}

export function addTeam(world: World, name: string, domain = name.toLowerCase().replaceAll(/\W+/g, '-')): Team {
  const team = { id: world.ids.next('T'), name, domain }
  world.teams.set(team.id, team)
  return team
}

export function addUser(world: World, team: Team, options: UserOptions): User {
  const user: User = {
    id: world.ids.next('U'),
    teamId: team.id,
    name: options.name,
    realName: options.name,
    email: `${options.name}@example.com`,
    isAdmin: options.isAdmin ?? false,
    isGuest: options.isGuest ?? false,
    isBot: options.isBot ?? false,
    deleted: false,
  }
  world.users.set(user.id, user)
  return user
}

export function addChannel(world: World, team: Team, options: ChannelOptions): Channel {
  const everyone = [...world.users.values()].filter((user) => user.teamId === team.id && !user.isBot)
  const members = new Set((options.members ?? everyone).map((person) => person.id))
  const installation = world.installations.find((other) => other.team.id === team.id)
  if (installation && (options.botIsMember ?? true)) members.add(installation.botUserId)
  const channel: Channel = {
    id: world.ids.next('C'),
    teamId: team.id,
    name: options.name,
    kind: options.isPrivate ? 'private' : 'public',
    isExtShared: options.isExtShared ?? false,
    isArchived: false,
    members,
    messages: [],
  }
  world.channels.set(channel.id, channel)
  return channel
}

/** A message by a workflow or another app: it has a name and a bot_id, but no user. */
export function createForeignBotMessage(
  world: World,
  channel: Channel,
  said: { text: string; username: string; threadTs?: string },
): Message {
  return {
    ts: world.ids.nextTs(),
    channelId: channel.id,
    teamId: channel.teamId,
    botId: world.ids.next('B'),
    subtype: 'bot_message',
    username: said.username,
    text: escapeText(said.text),
    blocks: [],
    attachments: [],
    ...(said.threadTs !== undefined && { threadTs: said.threadTs }),
    files: [],
    reactions: new Map(),
    unfurl: { links: false, media: true },
    linkNames: false,
  }
}

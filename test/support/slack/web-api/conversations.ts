import { findVisibleChannel, isMember } from '../channel-access.ts'
import { openDirectMessage } from '../open-dm.ts'
import { Refusal } from '../refusal.ts'
import type { Channel, Json } from '../world.ts'
import type { Call, WebMethod } from './call.ts'
import { takePage } from './paging.ts'

export const showConversation: WebMethod = (call) => {
  return { channel: shapeChannel(call, findVisibleChannel(call)) }
}

export const listConversations: WebMethod = (call) => {
  const kinds = call.args.words('types')
  const wanted = new Set(kinds.length === 0 ? ['public_channel'] : kinds)
  const channels = [...call.world.channels.values()].filter((channel) => {
    const type = { public: 'public_channel', private: 'private_channel', im: 'im' }[channel.kind]
    const isExcluded = call.args.flag('exclude_archived') === true && channel.isArchived
    const isSeen = channel.kind === 'public' || isMember(call, channel)
    return wanted.has(type) && isSeen && !isExcluded && channel.teamId === call.installation.team.id
  })
  const page = takePage(channels, call.args, { fallback: 100, max: 1000 })
  return { channels: page.items.map((channel) => shapeChannel(call, channel)), response_metadata: page.metadata }
}

/** What a person is in; of private channels only those the bot is in as well. */
export const listChannelsOf: WebMethod = (call) => {
  const userId = call.args.text('user') ?? call.installation.botUserId
  const channels = [...call.world.channels.values()].filter(
    (channel) =>
      channel.members.has(userId) && channel.kind !== 'im' && (channel.kind === 'public' || isMember(call, channel)),
  )
  const page = takePage(channels, call.args, { fallback: 100, max: 1000 })
  return { channels: page.items.map((channel) => shapeChannel(call, channel)), response_metadata: page.metadata }
}

export const listMembers: WebMethod = (call) => {
  const channel = findVisibleChannel(call)
  const page = takePage([...channel.members], call.args, { fallback: 100, max: 1000 })
  return { members: page.items, response_metadata: page.metadata }
}

export const openConversation: WebMethod = (call) => {
  const users = call.args.words('users')
  const [userId] = users
  if (userId === undefined) return { channel: { id: findVisibleChannel(call).id } }
  if (users.length > 1) throw new Refusal('method_not_supported_for_channel_type')
  const user = call.world.users.get(userId)
  if (!user || user.teamId !== call.installation.team.id) throw new Refusal('user_not_found')
  if (user.isBot) throw new Refusal('cannot_dm_bot')
  return { channel: { id: openDirectMessage(call.world, call.installation, userId).id } }
}

export const joinConversation: WebMethod = (call) => {
  const channel = findVisibleChannel(call)
  if (channel.kind !== 'public') throw new Refusal('method_not_supported_for_channel_type')
  if (channel.isArchived) throw new Refusal('is_archived')
  channel.members.add(call.installation.botUserId)
  return { channel: shapeChannel(call, channel) }
}

function shapeChannel(call: Call, channel: Channel): Json {
  const base = {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.isArchived,
    is_im: channel.kind === 'im',
    is_mpim: false,
    is_org_shared: false,
    context_team_id: channel.teamId,
  }
  if (channel.kind === 'im') {
    return { ...base, user: [...channel.members].find((member) => member !== call.installation.botUserId) }
  }
  return {
    ...base,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_private: channel.kind === 'private',
    is_general: channel.name === 'general',
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_member: isMember(call, channel),
    num_members: channel.members.size,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  }
}

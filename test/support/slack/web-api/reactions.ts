import { findVisibleChannel, isMember, needMessage } from '../channel-access.ts'
import { Refusal } from '../refusal.ts'
import type { Message } from '../world.ts'
import type { Call, WebMethod } from './call.ts'

export const addReaction: WebMethod = (call) => {
  const { message, name, users } = findReaction(call)
  if (users.includes(call.installation.botUserId)) throw new Refusal('already_reacted')
  message.reactions.set(name, [...users, call.installation.botUserId])
  return {}
}

export const removeReaction: WebMethod = (call) => {
  const { message, name, users } = findReaction(call)
  if (!users.includes(call.installation.botUserId)) throw new Refusal('no_reaction')
  const left = users.filter((user) => user !== call.installation.botUserId)
  if (left.length === 0) message.reactions.delete(name)
  else message.reactions.set(name, left)
  return {}
}

function findReaction(call: Call): { message: Message; name: string; users: string[] } {
  const channel = findVisibleChannel(call)
  if (!isMember(call, channel)) throw new Refusal('not_in_channel')
  const name = call.args.need('name')
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new Refusal('invalid_name')
  const message = needMessage(channel, call.args.need('timestamp'))
  return { message, name, users: message.reactions.get(name) ?? [] }
}

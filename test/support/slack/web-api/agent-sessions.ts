import { findVisibleChannel } from '../channel-access.ts'
import { Refusal, refuseArguments } from '../refusal.ts'
import type { AgentSession, Channel } from '../world.ts'
import { findMessage, threadKey } from '../world.ts'
import type { Call, WebMethod } from './call.ts'

const STATUSES = ['active', 'processing', 'suspended', 'closed']
const TITLE_LIMIT = 200

export const setSessionStatus: WebMethod = (call) => {
  const { args, core } = call
  const { channel, threadTs } = findSessionThread(call)
  const initiator = args.text('initiator_user_id')
  if (initiator !== undefined && !channel.members.has(initiator)) throw new Refusal('user_not_in_channel')
  const session = changeSession(call, channel, threadTs, args.need('status'))
  const warns = session.status === 'processing' && !core.settings.botEvents.has('agent_session_stopped')
  return {
    status: session.status,
    agent_status: session.status,
    ...(session.title !== undefined && { title: session.title }),
    ...(warns && { warning: 'missing_agent_session_stopped_event_subscription' }),
  }
}

export const renameSession: WebMethod = (call) => {
  const { channel, threadTs } = findSessionThread(call)
  const title = call.args.need('title')
  if (title.length > TITLE_LIMIT) throw new Refusal('title_too_long')
  const session = call.world.sessions.get(threadKey(channel.id, threadTs))
  if (!session) throw new Refusal('session_not_found')
  session.title = title
  return { title }
}

/** Sets the status of a thread's session, which the first call creates with its title and initiator. */
export function changeSession(call: Call, channel: Channel, threadTs: string, status: string): AgentSession {
  if (!STATUSES.includes(status)) throw refuseArguments('invalid value [json-pointer:/status]')
  const key = threadKey(channel.id, threadTs)
  const session = call.world.sessions.get(key) ?? createSession(call)
  session.status = status
  call.world.sessions.set(key, session)
  return session
}

function createSession(call: Call): AgentSession {
  const title = call.args.text('title')
  if (title !== undefined && title.length > TITLE_LIMIT) throw new Refusal('title_too_long')
  const initiatorUserId = call.args.text('initiator_user_id')
  return {
    status: '',
    ...(title !== undefined && { title }),
    ...(initiatorUserId !== undefined && { initiatorUserId }),
  }
}

function findSessionThread(call: Call): { channel: Channel; threadTs: string } {
  const channel = findVisibleChannel(call, 'channel_id')
  const threadTs = call.args.need('thread_ts')
  if (!findMessage(channel, threadTs)) throw new Refusal('thread_not_found')
  return { channel, threadTs }
}

import type { ChannelKind } from './world.ts'

type ScopeByKind = Record<ChannelKind, string>

/** What a token must carry to call a method: any one of `anyOf`, or the scope for the kind of channel it names. */
export interface MethodScope {
  token: 'bot' | 'app' | 'none'
  anyOf: string[]
  byKind?: ScopeByKind
}

const READ: ScopeByKind = { public: 'channels:read', private: 'groups:read', im: 'im:read' }
const HISTORY: ScopeByKind = { public: 'channels:history', private: 'groups:history', im: 'im:history' }

function bot(...anyOf: string[]): MethodScope {
  return { token: 'bot', anyOf }
}

function byKind(scopes: ScopeByKind): MethodScope {
  return { token: 'bot', anyOf: Object.values(scopes), byKind: scopes }
}

/** Every method the stand-in answers, with the scope each needs (docs.slack.dev/reference/methods). */
export const METHOD_SCOPES: Record<string, MethodScope> = {
  'agents.sessions.rename': bot('chat:write'),
  'agents.sessions.setStatus': bot('chat:write'),
  'apps.connections.open': { token: 'app', anyOf: ['connections:write'] },
  'assistant.threads.setStatus': bot('chat:write'),
  'assistant.threads.setSuggestedPrompts': bot('assistant:write'),
  'assistant.threads.setTitle': bot('assistant:write'),
  'auth.test': bot(),
  'chat.appendStream': bot('chat:write'),
  'chat.delete': bot('chat:write'),
  'chat.getPermalink': bot(),
  'chat.postEphemeral': bot('chat:write'),
  'chat.postMessage': bot('chat:write'),
  'chat.startStream': bot('chat:write'),
  'chat.stopStream': bot('chat:write'),
  'chat.update': bot('chat:write'),
  'conversations.history': byKind(HISTORY),
  'conversations.info': byKind(READ),
  'conversations.join': bot('channels:join'),
  'conversations.list': byKind(READ),
  'conversations.members': byKind(READ),
  'conversations.open': bot('im:write', 'mpim:write'),
  'conversations.replies': byKind(HISTORY),
  'files.completeUploadExternal': bot('files:write'),
  'files.getUploadURLExternal': bot('files:write'),
  'files.info': bot('files:read'),
  'oauth.v2.access': { token: 'none', anyOf: [] },
  'reactions.add': bot('reactions:write'),
  'reactions.remove': bot('reactions:write'),
  'users.conversations': byKind(READ),
  'users.info': bot('users:read'),
  'users.list': bot('users:read'),
  'views.open': bot(),
  'views.publish': bot(),
  'views.push': bot(),
  'views.update': bot(),
}

/** The scope without which Slack does not deliver a subscribed event; events not listed need none. */
export const EVENT_SCOPES: Record<string, string> = {
  app_mention: 'app_mentions:read',
  agent_session_stopped: 'chat:write',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  member_joined_channel: 'channels:read',
  member_left_channel: 'channels:read',
  reaction_added: 'reactions:read',
  reaction_removed: 'reactions:read',
  file_shared: 'files:read',
  user_change: 'users:read',
}

/** Scopes of an app like the one described in Slack's own agent manifest, with commands, files and channel names. */
export const DEFAULT_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'reactions:read',
  'reactions:write',
  'users:read',
]

export const DEFAULT_BOT_EVENTS = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'member_joined_channel',
  'message.channels',
  'message.groups',
  'message.im',
  'tokens_revoked',
]

/** Methods that exist only for apps declared as agents; `agentMethods: false` makes them unknown. */
export function isAgentMethod(method: string): boolean {
  return /^(agents\.|assistant\.|chat\.(start|append|stop)Stream$)/.test(method)
}

const TIER_2 = 20
const TIER_3 = 50
const TIER_4 = 100

/** Calls a minute per method and workspace that Slack documents for internal apps (docs.slack.dev rate-limits). */
export const METHOD_LIMITS: Record<string, number> = {
  'agents.sessions.rename': TIER_3,
  'agents.sessions.setStatus': TIER_3,
  'apps.connections.open': TIER_3,
  'assistant.threads.setSuggestedPrompts': TIER_4,
  'assistant.threads.setTitle': TIER_4,
  'chat.appendStream': TIER_4,
  'chat.delete': TIER_3,
  'chat.postEphemeral': TIER_4,
  'chat.startStream': TIER_2,
  'chat.stopStream': TIER_2,
  'chat.update': TIER_3,
  'conversations.history': TIER_3,
  'conversations.info': TIER_3,
  'conversations.join': TIER_3,
  'conversations.list': TIER_2,
  'conversations.members': TIER_4,
  'conversations.open': TIER_3,
  'conversations.replies': TIER_3,
  'files.completeUploadExternal': TIER_4,
  'files.getUploadURLExternal': TIER_4,
  'files.info': TIER_4,
  'reactions.add': TIER_3,
  'reactions.remove': TIER_2,
  'users.conversations': TIER_3,
  'users.info': TIER_4,
  'users.list': TIER_2,
  'views.open': TIER_4,
  'views.publish': TIER_4,
  'views.push': TIER_4,
  'views.update': TIER_4,
}

/** chat.postMessage has no tier but about one message a second and channel. */
export const POSTS_PER_MINUTE_AND_CHANNEL = 60

/** What the bot asks a workspace for; manifest.yml says the same, and a test compares the two with what the code calls. */
export const botScopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'reactions:read',
  'users:read',
]

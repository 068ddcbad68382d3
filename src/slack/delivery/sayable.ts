import { CannotSpeakError } from '../../turns/voice.ts'
import { refusalCode } from './slack-failure.ts'

/** Refusals that stay refusals however often one asks. */
const final = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'thread_not_found',
  'restricted_action',
  'restricted_action_read_only_channel',
  'account_inactive',
  'token_revoked',
  'invalid_auth',
  'missing_scope',
  'team_access_not_granted',
])

/** Runs what speaks; a refusal that no later attempt could change becomes a CannotSpeakError. */
export async function sayable<T>(speak: () => Promise<T>): Promise<T> {
  try {
    return await speak()
  } catch (error) {
    const code = refusalCode(error)
    if (code && final.has(code)) throw new CannotSpeakError(`Slack refused: ${code}`, { cause: error })
    throw error
  }
}

import { CannotSpeakError, NotNowError } from '../../turns/voice.ts'
import { readFailure } from './slack-failure.ts'

/** Refusals that stay refusals however often one asks. */
const final = new Set([
  'channel_not_found',
  'is_archived',
  'is_inactive',
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

/** Runs what speaks; a refusal that no later attempt could change becomes a CannotSpeakError, an absence a NotNowError. */
export async function sayable<T>(speak: () => Promise<T>): Promise<T> {
  try {
    return await speak()
  } catch (error) {
    const failure = readFailure(error)
    if (failure?.kind === 'refused' && final.has(failure.code))
      throw new CannotSpeakError(`Slack refused: ${failure.code}`, { cause: error })
    if (failure && failure.kind !== 'refused') throw new NotNowError(`Slack is ${failure.kind}`, { cause: error })
    throw error
  }
}

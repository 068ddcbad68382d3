import { CannotSpeakError, NotNowError } from '../../turns/voice.ts'
import { isFinal, readFailure } from './slack-failure.ts'

/** Runs what speaks; a refusal that no later attempt could change becomes a CannotSpeakError, an absence a NotNowError. */
export async function sayable<T>(speak: () => Promise<T>): Promise<T> {
  try {
    return await speak()
  } catch (error) {
    const failure = readFailure(error)
    if (failure?.kind === 'refused' && isFinal(failure))
      throw new CannotSpeakError(`Slack refused: ${failure.code}`, { cause: error })
    if (failure && failure.kind !== 'refused') throw new NotNowError(`Slack is ${failure.kind}`, { cause: error })
    throw error
  }
}

import type { Turn } from './claim-turn.ts'
import { CannotSpeakError, NotNowError } from './voice.ts'

/** After a day, an answer comes too late to be of use. */
const answerWithinMs = 24 * 60 * 60_000
const longestWaitMs = 60_000

/**
 * Decides what becomes of a turn that could not be finished: tried again after a while, or dead when that cannot help.
 * While Slack is away no attempt is used up, and the waits grow with the time it has been away.
 */
export function planAside(
  error: unknown,
  { attempts, createdAt, exhausted }: Pick<Turn, 'attempts' | 'createdAt'> & { exhausted: boolean },
  now: number,
): Pick<Turn, 'state' | 'attempts' | 'runAfter'> {
  if (error instanceof NotNowError) {
    const age = now - createdAt
    const waitMs = Math.min(Math.max(age / 4, 1000), longestWaitMs)
    const state = age > answerWithinMs ? 'dead' : 'waiting'
    return { state, attempts: attempts - 1, runAfter: Math.round(now + waitMs) }
  }
  const state = exhausted || error instanceof CannotSpeakError ? 'dead' : 'waiting'
  return { state, attempts, runAfter: now + Math.min(1000 * 2 ** attempts, longestWaitMs) }
}

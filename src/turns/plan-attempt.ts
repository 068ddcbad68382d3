import type { Turn } from './claim-turn.ts'

/** How often a turn is tried before it is given up. */
const attemptLimit = 5
/** How often giving it up is tried: the words themselves may be what ends the process. */
const farewellLimit = 3
/** A turn with which the process died twice may be why it died; alone, it takes no others with it again. */
const trustedDeaths = 1

export interface Attempt {
  /** It was tried too often: all that is left is to say so. */
  exhausted: boolean
  /** Nothing else may run beside it. */
  alone: boolean
}

/** Decides how a turn that is due is tried; undefined when it is not tried any more. */
export function planAttempt({ state, attempts }: Pick<Turn, 'state' | 'attempts'>): Attempt | undefined {
  if (attempts >= attemptLimit + farewellLimit) return undefined
  // Whoever ended an attempt itself has put the turn back to wait; one still running was left by a death.
  return { exhausted: attempts >= attemptLimit, alone: state === 'running' && attempts > trustedDeaths }
}

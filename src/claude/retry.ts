import type { ModelFailure } from './failures.ts'

export interface RetryPolicy {
  /** Further tries after the first. */
  readonly maxRetries: number
  /** The first wait; each next one doubles. */
  readonly baseDelayMs: number
  /** No wait is longer, and a provider that asks for a longer one gets no retry. */
  readonly maxDelayMs: number
}

/** Failures that may be gone a moment later. */
const passing: ReadonlySet<ModelFailure['kind']> = new Set([
  'rate-limited',
  'overloaded',
  'server-error',
  'connection',
  'stalled',
  'cut',
])

/** The wait before trying again, in milliseconds, or undefined when trying again is no use. `random` is in [0, 1). */
export function planRetry(
  failure: ModelFailure,
  retriesSoFar: number,
  policy: RetryPolicy,
  random: number,
): number | undefined {
  if (retriesSoFar >= policy.maxRetries || !passing.has(failure.kind)) return undefined
  const asked = 'retryAfterMs' in failure ? failure.retryAfterMs : undefined
  const delayMs = asked ?? backoff(retriesSoFar, policy, random)
  return delayMs <= policy.maxDelayMs ? delayMs : undefined
}

function backoff(retriesSoFar: number, policy: RetryPolicy, random: number): number {
  const fullMs = Math.min(policy.baseDelayMs * 2 ** retriesSoFar, policy.maxDelayMs)
  return Math.round(fullMs * (0.75 + random * 0.25))
}

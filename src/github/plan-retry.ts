/** How long to wait before each further try, and how long a rate limit may be waited out. */
export type RetryPolicy = { backoffMs: readonly number[]; maxWaitMs: number }

/** What came of one attempt that brought no answer to use. */
export type Failure =
  | { kind: 'status'; status: number; headers: Readonly<Record<string, string | undefined>>; message: string }
  | { kind: 'broken' }
  | { kind: 'timed-out' }

/** A span in which GitHub wants no requests. */
export type RateLimit = { scope: 'primary' | 'secondary'; retryAtMs: number }

/** How long to wait before trying a failed read again; undefined to give up. `tries` counts from 0. */
export function planRetry(failure: Failure, tries: number, policy: RetryPolicy): number | undefined {
  const passing = failure.kind === 'broken' || (failure.kind === 'status' && failure.status >= 500)
  return passing ? policy.backoffMs[tries] : undefined
}

/** How long to wait for a rate limit to end; undefined when that is too long, or was tried often enough. */
export function planWait(limit: RateLimit, tries: number, nowMs: number, policy: RetryPolicy): number | undefined {
  const waitMs = Math.max(0, limit.retryAtMs - nowMs)
  return waitMs <= policy.maxWaitMs && tries < policy.backoffMs.length ? waitMs : undefined
}

/**
 * Reads the rate limit out of a refusal. The order and the minute are GitHub's own rules:
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
export function readRateLimit(failure: Failure, nowMs: number): RateLimit | undefined {
  if (failure.kind !== 'status' || (failure.status !== 403 && failure.status !== 429)) return undefined
  const retryAfterSeconds = Number(failure.headers['retry-after'] ?? Number.NaN)
  if (Number.isFinite(retryAfterSeconds)) return { scope: 'secondary', retryAtMs: nowMs + retryAfterSeconds * 1000 }
  const spent = readSpentLimit(failure.headers)
  if (spent) return spent
  const told = failure.status === 429 || /rate limit/i.test(failure.message)
  return told ? { scope: 'secondary', retryAtMs: nowMs + 60_000 } : undefined
}

/** The primary limit, when the headers say that nothing of it is left. */
export function readSpentLimit(headers: Readonly<Record<string, string | undefined>>): RateLimit | undefined {
  const resetSeconds = Number(headers['x-ratelimit-reset'] ?? Number.NaN)
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(resetSeconds)) return undefined
  // One second more, because the reset is told in whole seconds.
  return { scope: 'primary', retryAtMs: (resetSeconds + 1) * 1000 }
}

import { Refusal } from './reply.ts'

const HOUR_SECONDS = 3600
const LIMIT = 5000

type Window = { limit: number; used: number; resetSeconds: number }

/** Counts requests per caller and hour, and refuses like GitHub when none are left or when told to slow callers down. */
export class RateLimits {
  readonly #anonymousLimit: number
  readonly #windows = new Map<string, Window>()
  #secondary: { times: number; retryAfterSeconds: number | undefined } = { times: 0, retryAfterSeconds: undefined }

  constructor(anonymousLimit: number) {
    this.#anonymousLimit = anonymousLimit
  }

  /** Leaves a caller this many requests until `resetSeconds` (seconds since 1970). */
  leave(caller: string, remaining: number, resetSeconds: number): void {
    const limit = this.#limitOf(caller)
    this.#windows.set(caller, { limit, used: limit - remaining, resetSeconds })
  }

  /** Refuses the next requests with the secondary limit; without a number of seconds it sends no retry-after. */
  slowDown(times: number, retryAfterSeconds?: number): void {
    this.#secondary = { times, retryAfterSeconds }
  }

  check(caller: string, nowSeconds: number): void {
    if (this.#secondary.times > 0) {
      this.#secondary.times -= 1
      const { retryAfterSeconds } = this.#secondary
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
      throw new Refusal(
        403,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        headers,
      )
    }
    const { limit, used } = this.#window(caller, nowSeconds)
    if (used >= limit) throw new Refusal(403, `API rate limit exceeded for ${caller}.`)
  }

  count(caller: string, nowSeconds: number): void {
    this.#window(caller, nowSeconds).used += 1
  }

  describe(caller: string, nowSeconds: number) {
    const { limit, used, resetSeconds } = this.#window(caller, nowSeconds)
    return { limit, used, remaining: Math.max(0, limit - used), reset: resetSeconds }
  }

  #window(caller: string, nowSeconds: number): Window {
    const known = this.#windows.get(caller)
    if (known && known.resetSeconds > nowSeconds) return known
    const fresh = { limit: this.#limitOf(caller), used: 0, resetSeconds: nowSeconds + HOUR_SECONDS }
    this.#windows.set(caller, fresh)
    return fresh
  }

  #limitOf(caller: string): number {
    return caller === 'anonymous' ? this.#anonymousLimit : LIMIT
  }
}

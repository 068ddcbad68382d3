import type { Clock } from './clock.ts'

const WINDOW_MS = 60_000

/** Calls a minute per method and workspace, the way Slack documents its tiers. */
export class RateLimits {
  readonly #perMinute = new Map<string, number>()
  readonly #calls = new Map<string, number[]>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(method: string, perMinute: number): void {
    this.#perMinute.set(method, perMinute)
  }

  /** Counts a call; returns the seconds to wait when it is one too many. */
  count(method: string, teamId: string): number | undefined {
    const limit = this.#perMinute.get(method)
    if (limit === undefined) return undefined
    const nowMs = this.#clock.nowMs()
    const key = `${teamId}:${method}`
    const recent = (this.#calls.get(key) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS)
    const oldestMs = recent[0] ?? nowMs
    if (recent.length >= limit) return Math.max(1, Math.ceil((oldestMs + WINDOW_MS - nowMs) / 1000))
    this.#calls.set(key, [...recent, nowMs])
    return undefined
  }
}

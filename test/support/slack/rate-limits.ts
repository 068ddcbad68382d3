import type { Clock } from './clock.ts'

const WINDOW_MS = 60_000

interface Limit {
  perMinute: number
  perChannel: boolean
}

/** Calls a minute per method and workspace (or channel), the way Slack documents its tiers. */
export class RateLimits {
  readonly #limits = new Map<string, Limit>()
  readonly #calls = new Map<string, number[]>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(method: string, perMinute: number, options: { perChannel?: boolean } = {}): void {
    this.#limits.set(method, { perMinute, perChannel: options.perChannel ?? false })
  }

  /** Counts a call; returns the seconds to wait when it is one too many. */
  count(method: string, teamId: string, channelId = ''): number | undefined {
    const limit = this.#limits.get(method)
    if (!limit) return undefined
    const nowMs = this.#clock.nowMs()
    const key = [teamId, method, limit.perChannel ? channelId : ''].join(':')
    const recent = (this.#calls.get(key) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS)
    const oldestMs = recent[0] ?? nowMs
    if (recent.length >= limit.perMinute) return Math.max(1, Math.ceil((oldestMs + WINDOW_MS - nowMs) / 1000))
    this.#calls.set(key, [...recent, nowMs])
    return undefined
  }
}

import type { Clock } from './clock.ts'

/** Hands out Slack-shaped ids and message timestamps, unique within one stand-in and always rising. */
export class Ids {
  #count = 0
  #lastMicros = 0
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  next(prefix: string): string {
    this.#count += 1
    return `${prefix}0${this.#count.toString(36).toUpperCase().padStart(9, '0')}`
  }

  nextTs(): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Math.floor(this.#clock.nowMs() * 1000))
    const seconds = Math.floor(this.#lastMicros / 1_000_000)
    return `${seconds}.${String(this.#lastMicros % 1_000_000).padStart(6, '0')}`
  }
}

import type { Clock } from './clock.ts'
import { Refusal } from './refusal.ts'

const TRIGGER_LIFETIME_MS = 3000

interface Trigger {
  userId: string
  teamId: string
  issuedAtMs: number
  used: boolean
}

/** Trigger ids: each opens one view, within three seconds of the person's act. */
export class Triggers {
  readonly #issued = new Map<string, Trigger>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  issue(userId: string, teamId: string): string {
    const id = `${1000 + this.#issued.size}.${this.#clock.nowMs()}.${teamId.toLowerCase()}`
    this.#issued.set(id, { userId, teamId, issuedAtMs: this.#clock.nowMs(), used: false })
    return id
  }

  /** Spends a trigger; refuses unknown, used and expired ones with Slack's codes. */
  spend(id: string, teamId: string): { userId: string } {
    const trigger = this.#issued.get(id)
    if (!trigger || trigger.teamId !== teamId) throw new Refusal('invalid_trigger_id')
    if (trigger.used) throw new Refusal('exchanged_trigger_id')
    if (this.#clock.nowMs() - trigger.issuedAtMs > TRIGGER_LIFETIME_MS) throw new Refusal('expired_trigger_id')
    trigger.used = true
    return { userId: trigger.userId }
  }
}

import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'

/** A response_url takes five messages within thirty minutes. */
const MAX_USES = 5
const LIFETIME_MS = 30 * 60_000

export interface ResponseTarget {
  channelId: string
  teamId: string
  userId: string
  /** The message whose button was pressed, which replace_original and delete_original act on. */
  messageTs?: string
  threadTs?: string
  /** Timestamps of what was shown through this URL, in order. */
  shown: string[]
}

interface Entry {
  target: ResponseTarget
  issuedAtMs: number
  uses: number
}

export class ResponseUrls {
  readonly #entries = new Map<string, Entry>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The path to put behind the stand-in's address. */
  issue(target: ResponseTarget): string {
    const path = `/actions/${target.teamId}/${randomUUID()}`
    this.#entries.set(path, { target, issuedAtMs: this.#clock.nowMs(), uses: 0 })
    return path
  }

  /** Counts a use; answers Slack's error code for unknown, expired and used-up URLs. */
  spend(path: string): ResponseTarget | { error: string } {
    const entry = this.#entries.get(path)
    if (!entry) return { error: 'invalid_url' }
    if (this.#clock.nowMs() - entry.issuedAtMs > LIFETIME_MS) return { error: 'expired_url' }
    if (entry.uses >= MAX_USES) return { error: 'used_url' }
    entry.uses += 1
    return entry.target
  }
}

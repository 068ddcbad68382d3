import type { RateLimit } from './plan-retry.ts'

/** Remembers until when GitHub asked each identity to stay away, so that nothing is sent before. */
export class RateGate {
  readonly #limits = new Map<string, RateLimit>()

  close(identityKey: string, limit: RateLimit): void {
    this.#limits.set(identityKey, limit)
  }

  closedBy(identityKey: string, nowMs: number): RateLimit | undefined {
    const limit = this.#limits.get(identityKey)
    if (limit && limit.retryAtMs > nowMs) return limit
    this.#limits.delete(identityKey)
    return undefined
  }
}

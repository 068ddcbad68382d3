import type { Json } from './world.ts'

/** What to do to the next calls of one method instead of answering them well. */
export interface Fault {
  /** Answer `{ok: false, error}`. */
  error?: string
  /** Answer this HTTP status. */
  status?: number
  /** Answer 429 with this Retry-After. */
  retryAfterSeconds?: number
  /** Never answer. */
  hang?: boolean
  /** Close the connection without an answer. */
  cut?: boolean
  /** Send half of the answer, then close the connection. */
  half?: boolean
  /** Wait for this before doing anything else; alone, the call then succeeds. */
  until?: Promise<unknown>
  /** How many calls are hit; default 1. */
  times?: number
  /** The call takes effect first, and only its answer is replaced. Always so with `half`. */
  afterEffect?: boolean
  /** Hits only calls with arguments like these. */
  when?: (args: Json) => boolean
}

/** The faults a test has ordered, oldest first per method; `*` hits any method. */
export class Faults {
  readonly #pending: { method: string; fault: Fault; left: number }[] = []

  add(method: string, fault: Fault): void {
    this.#pending.push({ method, fault, left: fault.times ?? 1 })
  }

  clear(): void {
    this.#pending.length = 0
  }

  take(method: string, args: Json): Fault | undefined {
    const index = this.#pending.findIndex(
      (entry) => (entry.method === method || entry.method === '*') && (entry.fault.when?.(args) ?? true),
    )
    const entry = this.#pending[index]
    if (!entry) return undefined
    entry.left -= 1
    if (entry.left <= 0) this.#pending.splice(index, 1)
    return entry.fault
  }
}

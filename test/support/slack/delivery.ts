import type { AttemptResult, DeliveryKind, Retry, Transport } from './transport.ts'
import type { Json } from './world.ts'

/** One attempt to reach the bot, kept for tests: what was sent, when, and how the bot answered. */
export interface DeliveryRecord {
  kind: DeliveryKind
  type: string
  eventId?: string
  attempt: number
  payload: Json
  atMs: number
  tookMs: number
  result: AttemptResult
}

interface DeliveryOptions {
  retryDelaysMs: number[]
  nowMs: () => number
}

/** Sends events with Slack's retries, and commands and interactions once. */
export class Delivery {
  readonly records: DeliveryRecord[] = []
  readonly #options: DeliveryOptions
  readonly #running = new Set<Promise<unknown>>()
  readonly #closed = new AbortController()
  #transport: Transport

  constructor(transport: Transport, options: DeliveryOptions) {
    this.#transport = transport
    this.#options = options
  }

  sendThrough(transport: Transport): void {
    this.#transport = transport
  }

  /** Delivers an event until it is acknowledged or Slack would give up; resolves true when it was acknowledged. */
  deliverEvent(envelope: Json): Promise<boolean> {
    return this.#track(this.#deliverWithRetries(envelope))
  }

  deliverOnce(kind: DeliveryKind, payload: Json): Promise<AttemptResult> {
    return this.#track(this.#attempt(kind, payload))
  }

  /** Resolves when nothing is on its way to the bot any more, retries included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }

  close(): void {
    this.#closed.abort()
  }

  async #deliverWithRetries(envelope: Json): Promise<boolean> {
    let result = await this.#attempt('events_api', envelope)
    for (const [index, delayMs] of this.#options.retryDelaysMs.entries()) {
      if (result.acked) return true
      if (result.noRetry || !(await this.#pause(delayMs))) return false
      result = await this.#attempt('events_api', envelope, { attempt: index + 1, reason: result.reason })
    }
    return result.acked
  }

  async #attempt(kind: DeliveryKind, payload: Json, retry?: Retry): Promise<AttemptResult> {
    const atMs = this.#options.nowMs()
    const startedMs = performance.now()
    const result = await this.#transport.send(kind, payload, retry)
    this.records.push({
      kind,
      type: payloadType(kind, payload),
      ...(typeof payload.event_id === 'string' && { eventId: payload.event_id }),
      attempt: retry?.attempt ?? 0,
      payload,
      atMs,
      tookMs: performance.now() - startedMs,
      result,
    })
    return result
  }

  #pause(delayMs: number): Promise<boolean> {
    const { signal } = this.#closed
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false)
      const stop = () => finish(false)
      const timer = setTimeout(() => finish(true), delayMs)
      const finish = (goOn: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        resolve(goOn)
      }
      signal.addEventListener('abort', stop)
    })
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work)
    void work.finally(() => this.#running.delete(work))
    return work
  }
}

function payloadType(kind: DeliveryKind, payload: Json): string {
  if (kind === 'slash_commands') return String(payload.command)
  if (kind === 'interactive') return String(payload.type)
  const event: unknown = payload.event
  return typeof event === 'object' && event !== null && 'type' in event ? String(event.type) : 'unknown'
}

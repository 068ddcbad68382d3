/** How much longer than `idleMs` a connection may carry only keep-alive bytes before it counts as stalled. */
const keepAliveFactor = 4

/**
 * Ends a stream that has gone silent. The SDK's timeout stops at the response headers, so a stream that dies after its
 * first event would hang for ever. Bytes (pings included) and events both show life, bytes alone only for a while.
 */
export class Watchdog {
  readonly #controller = new AbortController()
  readonly #idleMs: number
  #bytes: NodeJS.Timeout | undefined
  #events: NodeJS.Timeout | undefined

  constructor(idleMs: number) {
    this.#idleMs = idleMs
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get fired(): boolean {
    return this.#controller.signal.aborted
  }

  noteBytes(): void {
    clearTimeout(this.#bytes)
    this.#bytes = setTimeout(() => this.#controller.abort(), this.#idleMs)
  }

  noteEvent(): void {
    clearTimeout(this.#events)
    this.#events = setTimeout(() => this.#controller.abort(), this.#idleMs * keepAliveFactor)
  }

  stop(): void {
    clearTimeout(this.#bytes)
    clearTimeout(this.#events)
  }
}

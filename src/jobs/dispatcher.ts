import type { Logger } from '../log.ts'
import type { Claim } from '../turns/claim-turn.ts'

/** A turn at work. */
export interface RunningTurn {
  /** Ends when the turn is done, whatever came of it; never rejects. */
  readonly done: Promise<void>
  /** Looks at once whether somebody asked to stop it. */
  checkStop(): void
  /** Lets go: the answer is left as it is for the next start to continue. */
  handOver(): void
}

export interface DispatcherOptions {
  claim: (state: { isIdle: boolean }) => Promise<Claim | undefined>
  run: (claim: Claim) => Promise<RunningTurn>
  /** Turns at a time, over all threads. */
  limit: number
  /** How often to look without being rung, ms: finds back-offs and leases that ended. */
  pollMs: number
  log: Logger
}

/** Takes turns from the database and runs them, several at a time. The database is the queue; `ring` is only the doorbell. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #running = new Set<RunningTurn>()
  #timer: NodeJS.Timeout | undefined
  #filling = false
  #filled: Promise<void> = Promise.resolve()
  #rungMeanwhile = false
  #stopped = false
  /** A turn is at work beside which nothing may run. */
  #alone = false

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running.size
  }

  start(): void {
    this.#timer = setInterval(() => this.ring(), this.#options.pollMs)
    this.ring()
  }

  /** Says that there may be something to do. */
  ring(): void {
    if (this.#filling) this.#rungMeanwhile = true
    else this.#filled = this.#fill()
  }

  /** Makes every running turn look for a stop request now. */
  checkStops(): void {
    for (const turn of this.#running) turn.checkStop()
  }

  /** Takes nothing new and gives running turns until the deadline, in ms; what is left then is handed to the next start. */
  async drain(deadlineMs: number): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    // A claim under way still becomes a running turn.
    await this.#filled
    const all = Promise.all([...this.#running].map((turn) => turn.done))
    const { promise: deadline, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, deadlineMs)
    await Promise.race([all, deadline])
    clearTimeout(timer)
    for (const turn of this.#running) turn.handOver()
    await Promise.all([...this.#running].map((turn) => turn.done))
  }

  async #fill(): Promise<void> {
    this.#filling = true
    try {
      while (!this.#stopped && !this.#alone && this.#running.size < this.#options.limit) {
        this.#rungMeanwhile = false
        const claim = await this.#options.claim({ isIdle: this.#running.size === 0 })
        if (claim) await this.#begin(claim)
        else if (!this.#rungMeanwhile) break
      }
    } catch (error) {
      this.#options.log.error({ err: error }, 'could not take the next turn')
    } finally {
      this.#filling = false
    }
  }

  async #begin(claim: Claim): Promise<void> {
    const turn = await this.#options.run(claim)
    this.#running.add(turn)
    this.#alone = claim.alone
    void turn.done.finally(() => {
      this.#running.delete(turn)
      if (claim.alone) this.#alone = false
      this.ring()
    })
  }
}

import { type DriftDeps, tellDrift } from '../decisions/checks/tell-drift.ts'
import type { Logger } from '../log.ts'
import { isOwnerGone } from './owner.ts'

export interface DriftNotesOptions extends Omit<DriftDeps, 'isAbandoned'> {
  /** How long another process may take over a note before this one takes it over, ms. */
  leaseMs: number
  log: Logger
}

/** Tells decisions' threads what their checks came to, in the background. The database says what is to be told. */
export class DriftNotes {
  readonly #options: DriftNotesOptions
  #telling: Promise<void> = Promise.resolve()
  #isWanted = false
  #stopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: DriftNotesOptions) {
    this.#options = options
  }

  /** Something may have changed. Never throws. */
  ring(): void {
    if (this.#isWanted || this.#stopped) return
    this.#isWanted = true
    this.#telling = this.#telling.then(() => this.#tell())
  }

  /** Takes nothing new; a note under way is finished, and one that cannot be is left for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#telling
  }

  #ringLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.ring(), this.#options.leaseMs).unref()
  }

  async #tell(): Promise<void> {
    this.#isWanted = false
    const { owner, leaseMs, now, log } = this.#options
    try {
      const isAllTold = await tellDrift({
        ...this.#options,
        // Notes of this process are told one after the other: none of them can still be under way.
        isAbandoned: (note) => note.owner === owner || isOwnerGone(note.owner, owner) || now() - note.sinceMs > leaseMs,
      })
      if (!isAllTold) this.#ringLater()
    } catch (error) {
      log.error({ err: error }, 'could not tell what decisions came to')
    }
  }
}

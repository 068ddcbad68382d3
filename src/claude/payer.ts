import type { Usage } from './usage.ts'

/** Pays for calls of a model, attempt by attempt. */
export interface Payer {
  /** Sets aside what an attempt costs at most, before it is sent; undefined when that does not fit, and it is not sent. */
  hold(model: string, worst: Usage): Promise<Held | undefined>
}

/** Money that is set aside for one attempt. */
export interface Held {
  /**
   * Gives it back for what the attempt is known to have used, and at most was billed; called once, whatever became of
   * the attempt.
   */
  settle(used: Usage, atMost: Usage): Promise<void>
}

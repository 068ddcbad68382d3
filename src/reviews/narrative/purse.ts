import type { Held, Payer } from '../../claude/payer.ts'
import { costOf } from '../../claude/prices.ts'
import { noUsage, type Usage } from '../../claude/usage.ts'

export interface Spent {
  readonly model: string
  readonly usage: Usage
  /** Undefined when the model's price is not known. */
  readonly costUsd: number | undefined
  /** What it may have cost when the provider billed more than we saw. */
  readonly atMostUsd: number | undefined
}

export interface PurseRules {
  /** Undefined for models whose price nobody knows: then it is never empty. */
  readonly capUsd: number | undefined
  /** Pays besides, such as the day's budget; what it refuses is refused. */
  readonly payer: Payer | undefined
  /** Told what an attempt costs at most, US dollars, before it is sent; 0 when the price is not known. */
  readonly notePending: (worstUsd: number) => Promise<void>
  /** Told of every attempt that has ended, paid answers and broken ones alike, before anything else happens. */
  readonly noteSpent: (spent: Spent) => Promise<void>
}

/** What a review may still spend. */
export class Purse implements Payer {
  readonly #rules: PurseRules
  #leftUsd: number

  constructor(rules: PurseRules) {
    this.#rules = rules
    this.#leftUsd = rules.capUsd ?? Infinity
  }

  async hold(model: string, worst: Usage): Promise<Held | undefined> {
    const { capUsd, payer, notePending } = this.#rules
    const worstUsd = costOf(model, worst)
    // Without a known price nothing can be kept under a cap.
    if (capUsd !== undefined && !(worstUsd !== undefined && worstUsd <= this.#leftUsd)) return undefined
    const held = await payer?.hold(model, worst)
    if (payer && !held) return undefined
    await notePending(worstUsd ?? 0).catch(async (error: unknown) => {
      await held?.settle(noUsage, noUsage)
      throw error
    })
    return {
      settle: async (usage, atMost) => {
        const atMostUsd = costOf(model, atMost)
        this.#leftUsd -= atMostUsd ?? 0
        await held?.settle(usage, atMost)
        await this.#rules.noteSpent({ model, usage, costUsd: costOf(model, usage), atMostUsd })
      },
    }
  }
}

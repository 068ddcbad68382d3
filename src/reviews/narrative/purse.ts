import { costOf } from '../../claude/prices.ts'
import type { Usage } from '../../claude/usage.ts'

/** What a review may still spend. A purse without a cap is for models whose price nobody knows, and never empty. */
export class Purse {
  readonly #model: string
  #leftUsd: number | undefined

  constructor(model: string, capUsd: number | undefined) {
    this.#model = model
    this.#leftUsd = capUsd
  }

  /** Whether all of this, at its worst, stays within the cap. */
  affords(...worst: readonly Usage[]): boolean {
    if (this.#leftUsd === undefined) return true
    return worst.reduce((sum, usage) => sum + this.#costOf(usage), 0) <= this.#leftUsd
  }

  charge(usage: Usage): void {
    if (this.#leftUsd !== undefined) this.#leftUsd -= this.#costOf(usage)
  }

  /** Without a known price nothing can be kept under a cap. */
  #costOf(usage: Usage): number {
    return costOf(this.#model, usage) ?? Infinity
  }
}

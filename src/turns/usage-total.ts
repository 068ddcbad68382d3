import { costOf } from '../claude/prices.ts'
import { addUsage, noUsage, promptTokens, subtractUsage, type Usage } from '../claude/usage.ts'
import type { TurnChange } from './hold-turn.ts'

/** Adds up what a turn's model calls used. Once a call's price is unknown, so is the turn's. */
export class UsageTotal {
  #used = noUsage
  #restored = noUsage
  #costUsd: number | undefined = 0
  #model: string | undefined

  add(model: string, usage: Usage): void {
    this.#model = model
    this.#used = addUsage(this.#used, usage)
    const cost = costOf(model, usage)
    this.#costUsd = this.#costUsd === undefined || cost === undefined ? undefined : this.#costUsd + cost
  }

  /** Adds what a run used in all but no finished call reported, such as a call that broke off. */
  settle(model: string, total: Usage): void {
    const rest = subtractUsage(total, subtractUsage(this.#used, this.#restored))
    if (promptTokens(rest) + rest.outputTokens > 0) this.add(model, rest)
  }

  /** Takes up what an earlier attempt had added, with the cost it came to. */
  restore(model: string, usage: Usage, costUsd: number | null): void {
    this.add(model, usage)
    this.#restored = usage
    this.#costUsd = costUsd ?? undefined
  }

  /** For the line under the answer; undefined when no model was called. */
  get summary(): { name: string; tokens: number; costUsd: number | undefined } | undefined {
    return this.#model === undefined
      ? undefined
      : { name: this.#model, tokens: promptTokens(this.#used) + this.#used.outputTokens, costUsd: this.#costUsd }
  }

  /** As the turn's columns keep it. */
  get columns(): TurnChange {
    return {
      model: this.#model ?? null,
      inputTokens: this.#used.inputTokens,
      cacheReadTokens: this.#used.cacheReadTokens,
      cacheWriteTokens: this.#used.cacheWrite5mTokens + this.#used.cacheWrite1hTokens,
      outputTokens: this.#used.outputTokens,
      costUsd: this.#model === undefined ? null : (this.#costUsd ?? null),
    }
  }
}

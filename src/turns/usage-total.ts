import { costOf } from '../claude/prices.ts'
import { promptTokens, type Usage } from '../claude/usage.ts'
import type { TurnChange } from './hold-turn.ts'

/** Adds up what a turn's model calls used. Once a call's price is unknown, so is the turn's. */
export class UsageTotal {
  #input = 0
  #cacheRead = 0
  #cacheWrite = 0
  #output = 0
  #tokens = 0
  #costUsd: number | undefined = 0
  #model: string | undefined

  add(model: string, usage: Usage): void {
    this.#model = model
    this.#input += usage.inputTokens
    this.#cacheRead += usage.cacheReadTokens
    this.#cacheWrite += usage.cacheWrite5mTokens + usage.cacheWrite1hTokens
    this.#output += usage.outputTokens
    const cost = costOf(model, usage)
    this.#costUsd = this.#costUsd === undefined || cost === undefined ? undefined : this.#costUsd + cost
    this.#tokens += promptTokens(usage) + usage.outputTokens
  }

  /** Takes up what an earlier attempt had added, with the cost it came to. */
  restore(model: string, usage: Usage, costUsd: number | null): void {
    this.add(model, usage)
    this.#costUsd = costUsd ?? undefined
  }

  /** What is known to be spent, in US dollars. */
  get knownCostUsd(): number {
    return this.#costUsd ?? 0
  }

  /** For the line under the answer; undefined when no model was called. */
  get summary(): { name: string; tokens: number; costUsd: number | undefined } | undefined {
    return this.#model === undefined ? undefined : { name: this.#model, tokens: this.#tokens, costUsd: this.#costUsd }
  }

  /** As the turn's columns keep it. */
  get columns(): TurnChange {
    return {
      model: this.#model ?? null,
      inputTokens: this.#input,
      cacheReadTokens: this.#cacheRead,
      cacheWriteTokens: this.#cacheWrite,
      outputTokens: this.#output,
      costUsd: this.#model === undefined ? null : (this.#costUsd ?? null),
    }
  }
}

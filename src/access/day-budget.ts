import { and, eq, gte, isNotNull, isNull, sql, sum } from 'drizzle-orm'
import type { Held, Payer } from '../claude/payer.ts'
import { costAtMost, costOf } from '../claude/prices.ts'
import type { Usage } from '../claude/usage.ts'
import type { Store } from '../db/open-store.ts'
import { turns } from '../db/schema.ts'

type PriceOf = (model: string, usage: Usage) => number

export interface DayBudgetOptions {
  store: Store
  /** US dollars. */
  limitUsd: number
  /** True counts a model whose price is not known as free; false as the dearest that is known. */
  allowUnpriced: boolean
  now: () => number
}

/**
 * The one owner of what each workspace may spend on models in a UTC day. Every call is paid by an account of it, so that
 * calls at the same time cannot pass the limit together; it relies on being the only process on its database.
 */
export class DayBudget {
  /** US dollars. */
  readonly limitUsd: number
  readonly #store: Store
  readonly #priceOf: PriceOf
  readonly #now: () => number
  readonly #accounts = new Map<string, Promise<DayAccount>>()

  constructor({ store, limitUsd, allowUnpriced, now }: DayBudgetOptions) {
    this.#store = store
    this.limitUsd = limitUsd
    this.#priceOf = allowUnpriced ? (model, usage) => costOf(model, usage) ?? 0 : costAtMost
    this.#now = now
  }

  /** The account of a workspace; rejects when what it has spent cannot be read. */
  account(teamId: string): Promise<DayAccount> {
    const known = this.#accounts.get(teamId)
    if (known) return known
    const opening = this.#open(teamId)
    this.#accounts.set(teamId, opening)
    opening.catch(() => this.#accounts.delete(teamId))
    return opening
  }

  async #open(teamId: string): Promise<DayAccount> {
    const day = dayOf(this.#now())
    const [row] = await this.#store.read
      .select({ costUsd: sql<number>`coalesce(sum(${turns.costUsd}), 0)` })
      .from(turns)
      .where(and(eq(turns.teamId, teamId), gte(turns.createdAt, day)))
    const spentUsd = (row?.costUsd ?? 0) + (await this.#readUnpriced(teamId, day))
    return new DayAccount({ limitUsd: this.limitUsd, day, spentUsd, priceOf: this.#priceOf, now: this.#now })
  }

  /** What was spent on models whose price is not known, by what they count as. */
  async #readUnpriced(teamId: string, day: number): Promise<number> {
    const rows = await this.#store.read
      .select({
        model: turns.model,
        inputTokens: sum(turns.inputTokens).mapWith(Number),
        cacheReadTokens: sum(turns.cacheReadTokens).mapWith(Number),
        cacheWrite5mTokens: sum(turns.cacheWriteTokens).mapWith(Number),
        outputTokens: sum(turns.outputTokens).mapWith(Number),
      })
      .from(turns)
      .where(and(eq(turns.teamId, teamId), gte(turns.createdAt, day), isNotNull(turns.model), isNull(turns.costUsd)))
      .groupBy(turns.model)
    return rows
      .map(({ model, ...tokens }) => this.#priceOf(model ?? '', { ...tokens, cacheWrite1hTokens: 0 }))
      .reduce((total, usd) => total + usd, 0)
  }
}

/** A workspace's money of the day. What broke off counts as all it may have been billed. */
export class DayAccount implements Payer {
  readonly #limitUsd: number
  readonly #priceOf: PriceOf
  readonly #now: () => number
  #day: number
  #spentUsd: number
  #heldUsd = 0

  constructor(opening: { limitUsd: number; day: number; spentUsd: number; priceOf: PriceOf; now: () => number }) {
    this.#limitUsd = opening.limitUsd
    this.#priceOf = opening.priceOf
    this.#day = opening.day
    this.#spentUsd = opening.spentUsd
    this.#now = opening.now
  }

  /** What is neither spent nor set aside, US dollars. */
  get leftUsd(): number {
    const day = dayOf(this.#now())
    if (day !== this.#day) this.#spentUsd = 0
    this.#day = day
    return Math.max(0, this.#limitUsd - this.#spentUsd - this.#heldUsd)
  }

  hold(model: string, worst: Usage): Promise<Held | undefined> {
    const worstUsd = this.#priceOf(model, worst)
    const { leftUsd } = this
    if (leftUsd === 0 || worstUsd > leftUsd) return Promise.resolve(undefined)
    this.#heldUsd += worstUsd
    const settle = (_used: Usage, atMost: Usage) => {
      this.#heldUsd -= worstUsd
      this.#spentUsd += this.#priceOf(model, atMost)
      return Promise.resolve()
    }
    return Promise.resolve({ settle })
  }
}

function dayOf(now: number): number {
  return new Date(now).setUTCHours(0, 0, 0, 0)
}

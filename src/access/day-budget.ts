import { and, eq, gte, sql } from 'drizzle-orm'
import type { Held, Payer } from '../claude/payer.ts'
import { costOf } from '../claude/prices.ts'
import type { Usage } from '../claude/usage.ts'
import type { Store } from '../db/open-store.ts'
import { turns } from '../db/schema.ts'

/**
 * The one owner of what each workspace may spend on models in a UTC day. Every call is paid by an account of it, so that
 * calls at the same time cannot pass the limit together; it relies on being the only process on its database.
 */
export class DayBudget {
  /** US dollars. */
  readonly limitUsd: number
  readonly #store: Store
  readonly #now: () => number
  readonly #accounts = new Map<string, Promise<DayAccount>>()

  constructor({ store, limitUsd, now }: { store: Store; limitUsd: number; now: () => number }) {
    this.#store = store
    this.limitUsd = limitUsd
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
    return new DayAccount({ limitUsd: this.limitUsd, day, spentUsd: row?.costUsd ?? 0, now: this.#now })
  }
}

/** A workspace's money of the day, as far as prices are known. What broke off counts as all it may have been billed. */
export class DayAccount implements Payer {
  readonly #limitUsd: number
  readonly #now: () => number
  #day: number
  #spentUsd: number
  #heldUsd = 0

  constructor(opening: { limitUsd: number; day: number; spentUsd: number; now: () => number }) {
    this.#limitUsd = opening.limitUsd
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
    const worstUsd = costOf(model, worst) ?? 0
    const { leftUsd } = this
    if (leftUsd === 0 || worstUsd > leftUsd) return Promise.resolve(undefined)
    this.#heldUsd += worstUsd
    const settle = (_used: Usage, atMost: Usage) => {
      this.#heldUsd -= worstUsd
      this.#spentUsd += costOf(model, atMost) ?? 0
      return Promise.resolve()
    }
    return Promise.resolve({ settle })
  }
}

function dayOf(now: number): number {
  return new Date(now).setUTCHours(0, 0, 0, 0)
}

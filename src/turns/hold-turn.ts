import { and, eq } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { replies, turns } from '../db/schema.ts'
import { storeMessage } from './accept-message.ts'
import type { Turn } from './claim-turn.ts'
import type { TurnDeps } from './deps.ts'

/** Thrown when another worker has taken the turn: whatever this one still wanted to say must not be said. */
export class LostLeaseError extends Error {
  override name = 'LostLeaseError'
}

export type TurnChange = Partial<Omit<typeof turns.$inferInsert, 'id' | 'epoch'>>

/** The owner's side of a claimed turn: every write is a compare-and-set on the epoch, and throws LostLeaseError when it is not ours any more. */
export class TurnHold {
  readonly turn: Turn
  readonly #store: Store
  readonly #now: () => number
  readonly #leaseMs: number

  constructor({ store, now, leaseMs }: Pick<TurnDeps, 'store' | 'now' | 'leaseMs'>, turn: Turn) {
    this.#store = store
    this.turn = turn
    this.#now = now
    this.#leaseMs = leaseMs
  }

  /** Extends the lease and tells who asked to stop, if anybody did. */
  async renew(): Promise<{ stopRequestedBy: string | null }> {
    return { stopRequestedBy: (await this.save({ leaseUntil: this.#now() + this.#leaseMs })).stopRequestedBy }
  }

  /** Whether the turn is still ours. */
  async isHeld(): Promise<boolean> {
    const rows = await this.#store.read.select({ id: turns.id }).from(turns).where(this.#isOurs())
    return rows.length > 0
  }

  /** Marks that something is about to be said. From here to `said`, a successor looks into the thread before it speaks. */
  async beforeSaying(): Promise<void> {
    await this.save({ sendingSince: this.turn.sendingSince ?? this.#now(), leaseUntil: this.#now() + this.#leaseMs })
  }

  /**
   * Records which Slack message now carries the answer, and takes the mark away. False when another worker has the turn
   * and does not know the message: it is one too many.
   */
  said(ts?: string): Promise<boolean> {
    const { id, teamId, channelId } = this.turn
    return this.#store.write(async (tx) => {
      const [ours] = await tx
        .update(turns)
        .set({ sendingSince: null })
        .where(this.#isOurs())
        .returning({ id: turns.id })
      if (!ts) return true
      const message = and(eq(replies.teamId, teamId), eq(replies.channelId, channelId), eq(replies.ts, ts))
      if (!ours) return (await tx.select({ ts: replies.ts }).from(replies).where(message)).length > 0
      await tx
        .insert(replies)
        .values({ teamId, channelId, ts, turnId: id, postedAt: this.#now() })
        .onConflictDoNothing()
      return true
    })
  }

  /** Ends the turn and keeps the answer among the thread's messages, in one transaction. */
  async finish(change: TurnChange, answer: { ts: string; authorId: string; text: string } | undefined): Promise<void> {
    const { teamId, channelId, threadTs } = this.turn
    await this.#store.write(async (tx) => {
      const [row] = await tx
        .update(turns)
        .set({ state: 'done', ...change, finishedAt: this.#now(), sendingSince: null })
        .where(this.#isOurs())
        .returning({ id: turns.id })
      if (!row) throw new LostLeaseError('another worker finished this turn')
      if (answer) await storeMessage(tx, { teamId, channelId, threadTs, ...answer }, true)
    })
  }

  /** Writes columns of the turn, now. */
  async save(change: TurnChange): Promise<Turn> {
    const [row] = await this.#store.write((tx) =>
      tx.update(turns).set(change).where(this.#isOurs()).returning().execute(),
    )
    if (!row) throw new LostLeaseError('another worker owns this turn')
    return row
  }

  #isOurs() {
    return and(eq(turns.id, this.turn.id), eq(turns.epoch, this.turn.epoch), eq(turns.state, 'running'))
  }
}

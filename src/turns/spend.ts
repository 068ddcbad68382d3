import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { turns } from '../db/schema.ts'

/** Adds to what a finished turn has cost; a cost that is not known makes the turn's unknown. */
export function addCost(store: Store, turnId: string, costUsd: number | undefined): Promise<void> {
  const total = costUsd === undefined ? null : sql`${turns.costUsd} + ${costUsd}`
  return store.write(async (tx) => {
    await tx
      .update(turns)
      .set({ costUsd: total })
      .where(and(eq(turns.id, turnId), isNotNull(turns.model)))
  })
}

import { and, eq, gte, isNotNull, sql } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { turns } from '../db/schema.ts'

/** What a workspace's answers have cost since 00:00 UTC, in US dollars, as far as prices are known. */
export async function spentToday(store: Store, teamId: string, now: number): Promise<number> {
  const midnight = new Date(now).setUTCHours(0, 0, 0, 0)
  const [row] = await store.read
    .select({ costUsd: sql<number>`coalesce(sum(${turns.costUsd}), 0)` })
    .from(turns)
    .where(and(eq(turns.teamId, teamId), gte(turns.createdAt, midnight)))
  return row?.costUsd ?? 0
}

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

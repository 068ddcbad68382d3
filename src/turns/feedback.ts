import { and, eq, gte, sql } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { feedback, turns } from '../db/schema.ts'

export interface Vote {
  teamId: string
  turnId: string
  userId: string
  vote: 'up' | 'down'
}

/** Keeps one vote a person for each answer, the latest; false when this workspace has no such answer. */
export function recordVote(store: Store, vote: Vote, now: number): Promise<boolean> {
  return store.write(async (tx) => {
    const [turn] = await tx
      .select({ id: turns.id })
      .from(turns)
      .where(and(eq(turns.id, vote.turnId), eq(turns.teamId, vote.teamId)))
    if (!turn) return false
    const change = { vote: vote.vote, reason: null, givenAt: now }
    await tx
      .insert(feedback)
      .values({ ...vote, ...change })
      .onConflictDoUpdate({ target: [feedback.teamId, feedback.turnId, feedback.userId], set: change })
    return true
  })
}

/** Adds the reason somebody gave for a vote. */
export function recordReason(store: Store, vote: Omit<Vote, 'vote'>, reason: string): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .update(feedback)
      .set({ reason })
      .where(and(eq(feedback.teamId, vote.teamId), eq(feedback.turnId, vote.turnId), eq(feedback.userId, vote.userId)))
  })
}

export interface WorkspaceWeek {
  answers: number
  failures: number
  waiting: number
  costUsd: number
  unpricedAnswers: number
  helpful: number
  notHelpful: number
}

/** Counts what a workspace's last seven days brought, for its Home tab. */
export async function summariseWeek(store: Store, teamId: string, now: number): Promise<WorkspaceWeek> {
  const since = now - 7 * 24 * 60 * 60_000
  const count = (condition: ReturnType<typeof sql>) => sql<number>`count(case when ${condition} then 1 end)`
  const [work] = await store.read
    .select({
      answers: count(sql`${turns.outcome} in ('answered', 'facts')`),
      failures: count(sql`${turns.outcome} = 'failed' or ${turns.state} = 'dead'`),
      waiting: count(sql`${turns.state} in ('running', 'waiting')`),
      costUsd: sql<number>`coalesce(sum(${turns.costUsd}), 0)`,
      unpricedAnswers: count(sql`${turns.model} is not null and ${turns.costUsd} is null`),
    })
    .from(turns)
    .where(and(eq(turns.teamId, teamId), gte(turns.createdAt, since)))
  const [votes] = await store.read
    .select({ helpful: count(sql`${feedback.vote} = 'up'`), notHelpful: count(sql`${feedback.vote} = 'down'`) })
    .from(feedback)
    .where(and(eq(feedback.teamId, teamId), gte(feedback.givenAt, since)))
  return {
    answers: 0,
    failures: 0,
    waiting: 0,
    costUsd: 0,
    unpricedAnswers: 0,
    helpful: 0,
    notHelpful: 0,
    ...work,
    ...votes,
  }
}

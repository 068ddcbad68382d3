import { and, count, eq, isNull, sum } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { feedback, inbox, turns } from '../db/schema.ts'

/** What an operator watches: the queue, what became of turns, tokens, money and votes, over all workspaces. */
export async function measureTurns({ read }: Store): Promise<Record<string, number>> {
  const [waiting] = await read.select({ n: count() }).from(inbox).where(isNull(inbox.turnId))
  const states = await read.select({ state: turns.state, n: count() }).from(turns).groupBy(turns.state)
  const outcomes = await read.select({ outcome: turns.outcome, n: count() }).from(turns).groupBy(turns.outcome)
  const [used] = await read
    .select({ input: sum(turns.inputTokens), output: sum(turns.outputTokens), cost: sum(turns.costUsd) })
    .from(turns)
  const votes = await read.select({ vote: feedback.vote, n: count() }).from(feedback).groupBy(feedback.vote)
  return {
    inbox_waiting: waiting?.n ?? 0,
    ...zeros('turns', turns.state.enumValues),
    ...Object.fromEntries(states.map(({ state, n }) => [`turns_${state}`, n])),
    ...zeros('outcomes', turns.outcome.enumValues),
    ...Object.fromEntries(outcomes.flatMap(({ outcome, n }) => (outcome ? [[`outcomes_${outcome}`, n]] : []))),
    tokens_input: Number(used?.input ?? 0),
    tokens_output: Number(used?.output ?? 0),
    cost_usd: Number(used?.cost ?? 0),
    ...zeros('votes', feedback.vote.enumValues),
    ...Object.fromEntries(votes.map(({ vote, n }) => [`votes_${vote}`, n])),
  }
}

/** What no row counts any more is 0, not what it was. */
function zeros(prefix: string, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [`${prefix}_${name}`, 0]))
}

/** Turns that were given up, oldest first, for an operator to look at. */
export function listDeadLetters({ read }: Store) {
  return read.select().from(turns).where(eq(turns.state, 'dead')).orderBy(turns.createdAt)
}

/** Puts a dead turn back into the queue with fresh attempts; false when there is none with that id. */
export function reviveDeadLetter(store: Store, id: string, now: number): Promise<boolean> {
  return store.write(async (tx) => {
    const rows = await tx
      .update(turns)
      .set({
        state: 'waiting',
        attempts: 0,
        runAfter: now,
        answer: null,
        ending: null,
        outcome: null,
        finishedAt: null,
        stopRequestedBy: null,
      })
      .where(and(eq(turns.id, id), eq(turns.state, 'dead')))
      .returning({ id: turns.id })
    return rows.length > 0
  })
}

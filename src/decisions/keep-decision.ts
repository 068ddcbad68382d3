import { and, eq } from 'drizzle-orm'
import type { Database } from '../db/open-store.ts'
import { decisionDeciders, decisionEvents, decisionNumbers, decisions } from '../db/schema.ts'
import { type Ruling, waitingFor } from './decide.ts'
import { toRow } from './decision-row.ts'
import type { Actor, Decision, DecisionEvent } from './decision.ts'
import { writeSections } from './write-sections.ts'

/** A decision as a ruling leaves it, with what happened. */
export type Settled = Pick<Exclude<Ruling, { refused: string }>, 'next' | 'events'>

/** The number after the last one given in a workspace. */
export async function nextNumber(tx: Database, teamId: string): Promise<number> {
  const [row] = await tx.select().from(decisionNumbers).where(eq(decisionNumbers.teamId, teamId))
  return (row?.last ?? 0) + 1
}

/** Notes the number as given, for good. */
export async function takeNumber(tx: Database, teamId: string, last: number): Promise<void> {
  await tx
    .insert(decisionNumbers)
    .values({ teamId, last })
    .onConflictDoUpdate({ target: decisionNumbers.teamId, set: { last } })
}

/** Stores a new decision with its audit lines, its deciders and what search reads. */
export async function insertDecision(tx: Database, settled: Settled, actor: Actor, now: number): Promise<void> {
  await tx.insert(decisions).values(toRow(settled.next))
  await follow(tx, settled, actor, now)
}

/** Stores the next version of a decision likewise; throws when it changed since it was read. */
export async function saveDecision(tx: Database, settled: Settled, actor: Actor, now: number): Promise<void> {
  const { next } = settled
  const changed = await tx
    .update(decisions)
    .set(toRow(next))
    .where(and(eq(decisions.id, next.id), eq(decisions.version, next.version - 1)))
    .returning({ id: decisions.id })
  if (changed.length === 0) throw new Error(`decision ${next.id} changed inside a transaction`)
  await follow(tx, settled, actor, now)
}

async function follow(tx: Database, { next, events }: Settled, actor: Actor, now: number): Promise<void> {
  await writeEvents(tx, next, events, actor, now)
  const { id: decisionId, teamId } = next
  await tx.delete(decisionDeciders).where(eq(decisionDeciders.decisionId, decisionId))
  const waiting = next.status === 'proposed' ? waitingFor(next) : []
  for (const userId of next.body.deciders)
    await tx.insert(decisionDeciders).values({ teamId, decisionId, userId, waits: waiting.includes(userId) })
  await writeSections(tx, next)
}

async function writeEvents(
  tx: Database,
  { id: decisionId, teamId, version }: Decision,
  events: readonly DecisionEvent[],
  { userId: actorId, origin }: Actor,
  at: number,
): Promise<void> {
  const common = { decisionId, teamId, version, actorId, origin, at }
  await tx.insert(decisionEvents).values(events.map(({ kind, ...detail }) => ({ ...common, kind, detail })))
}

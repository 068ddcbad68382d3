import { randomUUID } from 'node:crypto'
import { and, asc, eq, inArray, isNull, lte, notExists, or, sql } from 'drizzle-orm'

import type { Database, Store } from '../db/open-store.ts'
import { alias } from '../db/columns.ts'
import { inbox, turns } from '../db/schema.ts'
import { inThread } from './in-thread.ts'
import { type Attempt, planAttempt } from './plan-attempt.ts'

export type Turn = typeof turns.$inferSelect

/** Who takes turns, and how long it may then be silent before another takes them over. */
export interface Worker {
  owner: string
  leaseMs: number
  /** Whether it runs nothing now. */
  isIdle: boolean
}

/** A turn this worker owns until its lease ends. */
export interface Claim extends Attempt {
  turn: Turn
}

/**
 * Takes the next thing to answer: a turn whose worker went silent, one whose back-off is over, or a thread with new
 * messages, all of which join one new turn. Never two turns of one thread at a time. Undefined when nothing is due, or when
 * what is due must run alone and the worker is not idle.
 */
export function claimTurn(store: Store, worker: Worker, now: number): Promise<Claim | undefined> {
  const holding = { owner: worker.owner, leaseUntil: now + worker.leaseMs }
  return store.write(async (tx) => {
    for (let due = await findDueTurn(tx, now); due; due = await findDueTurn(tx, now)) {
      const attempt = planAttempt(due)
      if (attempt) return attempt.alone && !worker.isIdle ? undefined : reclaim(tx, due, attempt, holding)
      await tx.update(turns).set({ state: 'dead', finishedAt: now }).where(eq(turns.id, due.id))
    }
    const turn = await startTurn(tx, holding, now)
    return turn && { turn, exhausted: false, alone: false }
  })
}

async function findDueTurn(tx: Database, now: number): Promise<Turn | undefined> {
  const [due] = await tx
    .select()
    .from(turns)
    .where(
      or(
        and(eq(turns.state, 'running'), lte(turns.leaseUntil, now)),
        // One that an operator put back may find another answer of its thread under way.
        and(eq(turns.state, 'waiting'), lte(turns.runAfter, now), notExists(findOpenTurns(tx, turns, ['running']))),
      ),
    )
    .orderBy(asc(turns.createdAt), asc(turns.id))
    .limit(1)
  return due
}

type Holding = Pick<Turn, 'owner' | 'leaseUntil'>

async function reclaim(tx: Database, due: Turn, attempt: Attempt, holding: Holding): Promise<Claim | undefined> {
  const [turn] = await tx
    .update(turns)
    .set({ state: 'running', epoch: due.epoch + 1, attempts: due.attempts + 1, ...holding })
    .where(eq(turns.id, due.id))
    .returning()
  return turn && { turn, ...attempt }
}

async function startTurn(tx: Database, holding: Holding, now: number): Promise<Turn | undefined> {
  const [first] = await tx
    .select()
    .from(inbox)
    .where(and(isNull(inbox.turnId), notExists(findOpenTurns(tx, inbox, ['running', 'waiting']))))
    .orderBy(asc(inbox.id))
    .limit(1)
  if (!first) return undefined
  const { teamId, channelId, threadTs } = first
  const id = randomUUID()
  await tx
    .update(inbox)
    .set({ turnId: id })
    .where(and(inThread(inbox, first), isNull(inbox.turnId)))
  const [turn] = await tx
    .insert(turns)
    .values({
      id,
      teamId,
      channelId,
      threadTs,
      state: 'running',
      epoch: 1,
      ...holding,
      attempts: 1,
      runAfter: now,
      createdAt: now,
    })
    .returning()
  return turn
}

/** The turns in one of these states that are in the thread of a row of `of`. */
function findOpenTurns(tx: Database, of: typeof turns | typeof inbox, states: Turn['state'][]) {
  const open = alias(turns, 'open')
  return tx
    .select({ one: sql`1` })
    .from(open)
    .where(
      and(
        eq(open.teamId, of.teamId),
        eq(open.channelId, of.channelId),
        eq(open.threadTs, of.threadTs),
        inArray(open.state, states),
      ),
    )
}

/** Ends at once the leases of workers known to be gone, so that a restart need not wait for them to run out. */
export async function releaseLeases(store: Store, isGone: (owner: string) => boolean): Promise<void> {
  const owners = await store.read.selectDistinct({ owner: turns.owner }).from(turns).where(eq(turns.state, 'running'))
  const gone = owners.map(({ owner }) => owner).filter(isGone)
  if (gone.length === 0) return
  await store.write(async (tx) => {
    await tx
      .update(turns)
      .set({ leaseUntil: 0 })
      .where(and(eq(turns.state, 'running'), inArray(turns.owner, gone)))
  })
}

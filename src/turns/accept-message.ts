import { randomUUID } from 'node:crypto'
import { and, eq, gte, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import { inbox, messages, threads, turns } from '../db/schema.ts'
import { acceptStatements } from './accept-statements.ts'
import { keepText } from './keep-text.ts'
import { inThread } from './in-thread.ts'
import { type InboundMessage, isStopRequest, opensThread, type ThreadAddress } from './inbound.ts'
import { isForUs } from './is-for-us.ts'

/** `queued`: an answer will come; `stored`: kept for the thread's memory; `ignored`: not ours; `stopping`: ends the running answer. */
export type Acceptance = 'queued' | 'stored' | 'ignored' | 'stopping'

/**
 * Puts a message on disk and says what becomes of it; when the promise resolves the event may be acknowledged.
 * The same message again, by a retry or by another event for it, changes nothing. Throws when the database cannot be written.
 */
export function acceptMessage(store: Store, message: InboundMessage, now: number): Promise<Acceptance> {
  return store.write(async (tx) => {
    const ours = message.mentioned || (await takesPart(tx, message))
    if (!ours) return 'ignored'
    const isNew = await storeMessage(tx, message, false)
    // Where it opens a thread there is nothing to stop, and the word may mean anything.
    if (isStopRequest(message.text) && message.ts !== message.threadTs) {
      // The same event once more must not stop what was asked since.
      if (!isNew && !(await cameWithHistory(tx, message))) return 'stored'
      return (await requestStop(tx, message, message.authorId, now)) ? 'stopping' : 'stored'
    }
    if (!message.mentioned && !(await isForUs(tx, message))) return 'stored'
    if (!isNew && message.askerId === undefined && (await cameWithHistory(tx, message))) return 'stored'
    const { joinThread, queue } = acceptStatements(tx)
    const seededAt = opensThread(message, now) ? now : null
    await joinThread.execute({ ...addressOf(message), joinedAt: now, seededAt })
    const queued = await queue.execute({
      ...addressOf(message),
      ts: message.ts,
      authorId: message.askerId ?? message.authorId,
      mentioned: message.mentioned,
      foreignAuthor: message.foreignAuthor,
      receivedAt: now,
    })
    return queued.length > 0 ? 'queued' : 'stored'
  })
}

/** Whether a message whose event is late was in the thread's history when that was read, and so in an answer already. */
async function cameWithHistory(tx: Database, message: InboundMessage): Promise<boolean> {
  const { teamId, channelId, ts } = message
  const sentAt = Number(ts) * 1000
  const found = await tx
    .select({ one: sql`1` })
    .from(messages)
    .innerJoin(threads, inThread(threads, message))
    .where(
      and(
        eq(messages.teamId, teamId),
        eq(messages.channelId, channelId),
        eq(messages.ts, ts),
        isNotNull(messages.turnId),
        gte(threads.seededAt, sentAt),
      ),
    )
  return found.length > 0
}

/** Queues the same question once more; a second click on the same button changes nothing. */
export function acceptRetry(
  store: Store,
  retry: ThreadAddress & { ts: string; turnId: string; authorId: string },
  now: number,
): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .insert(inbox)
      .values({
        ...addressOf(retry),
        ts: retry.ts,
        kind: 'retry',
        authorId: retry.authorId,
        mentioned: true,
        foreignAuthor: false,
        retryOf: retry.turnId,
        receivedAt: now,
      })
      .onConflictDoNothing()
  })
}

/** Queues a review that is stored already, with the message that asks for it when there is one; the same again changes nothing. */
export function acceptReview(
  store: Store,
  asked: ThreadAddress & { reviewId: string; authorId: string; message?: { ts: string; text: string } },
  now: number,
): Promise<void> {
  return store.write(async (tx) => {
    await acceptStatements(tx).joinThread.execute({
      ...addressOf(asked),
      joinedAt: now,
      seededAt: asked.message ? now : null,
    })
    if (asked.message)
      await storeMessage(tx, { ...addressOf(asked), authorId: asked.authorId, ...asked.message }, false)
    await tx
      .insert(inbox)
      .values({
        ...addressOf(asked),
        // A review is asked for once, whatever is pressed twice.
        ts: asked.reviewId,
        kind: 'review',
        authorId: asked.authorId,
        mentioned: true,
        foreignAuthor: false,
        reviewId: asked.reviewId,
        receivedAt: now,
      })
      .onConflictDoNothing()
  })
}

/** Queues a draft of what a thread decided, asked for by the shortcut on one of its messages; the same again changes nothing. */
export function acceptRecord(
  store: Store,
  asked: ThreadAddress & { ts: string; askerId: string },
  now: number,
): Promise<'queued' | 'stored'> {
  return store.write(async (tx) => {
    await acceptStatements(tx).joinThread.execute({ ...addressOf(asked), joinedAt: now, seededAt: null })
    const queued = await tx
      .insert(inbox)
      .values({
        ...addressOf(asked),
        ts: asked.ts,
        kind: 'record',
        authorId: asked.askerId,
        mentioned: true,
        foreignAuthor: false,
        receivedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: inbox.id })
    return queued.length > 0 ? 'queued' : 'stored'
  })
}

/** Marks the thread's answer to be stopped, whether it runs, waits to be tried again or is yet to begin; false when there is none. */
export async function requestStop(tx: Database, thread: ThreadAddress, userId: string, now: number): Promise<boolean> {
  const stopped = await tx
    .update(turns)
    .set({ stopRequestedBy: userId })
    .where(and(inThread(turns, thread), inArray(turns.state, unfinished)))
    .returning({ id: turns.id })
  return stopped.length > 0 || stopQueued(tx, thread, userId, now)
}

/** What nobody has begun to answer becomes a turn that says that it was stopped. */
async function stopQueued(tx: Database, thread: ThreadAddress, userId: string, now: number): Promise<boolean> {
  const id = randomUUID()
  const queued = await tx
    .update(inbox)
    .set({ turnId: id })
    .where(and(inThread(inbox, thread), isNull(inbox.turnId)))
    .returning({ id: inbox.id })
  if (queued.length === 0) return false
  const idle = { state: 'waiting' as const, epoch: 0, owner: '', leaseUntil: 0, attempts: 0, runAfter: now }
  await tx.insert(turns).values({ id, ...addressOf(thread), ...idle, createdAt: now, stopRequestedBy: userId })
  return true
}

/** Marks one answer to be stopped, whichever thread it is in; false when it has ended. */
export async function requestTurnStop(
  tx: Database,
  { teamId, turnId }: { teamId: string; turnId: string },
  userId: string,
): Promise<boolean> {
  const stopped = await tx
    .update(turns)
    .set({ stopRequestedBy: userId })
    .where(and(eq(turns.teamId, teamId), eq(turns.id, turnId), inArray(turns.state, unfinished)))
    .returning({ id: turns.id })
  return stopped.length > 0
}

const unfinished: (typeof turns.$inferSelect)['state'][] = ['running', 'waiting']

/** Writes a message verbatim; one that is known stays as it is, and the answer is false. */
export async function storeMessage(
  tx: Database,
  message: ThreadAddress & { ts: string; authorId: string; text: string },
  fromArchitect: boolean,
): Promise<boolean> {
  const stored = await acceptStatements(tx).storeMessage.execute({
    ...addressOf(message),
    ts: message.ts,
    authorId: message.authorId,
    fromArchitect,
    text: keepText(message.text),
  })
  return stored.length > 0
}

async function takesPart(tx: Database, thread: ThreadAddress): Promise<boolean> {
  const found = await acceptStatements(tx).findThread.execute({ ...addressOf(thread) })
  return found.length > 0
}

/** Only the three columns that name a thread, from anything that has them. */
function addressOf({ teamId, channelId, threadTs }: ThreadAddress): ThreadAddress {
  return { teamId, channelId, threadTs }
}

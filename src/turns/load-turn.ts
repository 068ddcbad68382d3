import { and, asc, eq, inArray, isNull, ne, notInArray, or } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import { inbox, messages, replies, threads, turns } from '../db/schema.ts'
import { inThread } from './in-thread.ts'
import type { Turn } from './claim-turn.ts'

export type StoredMessage = typeof messages.$inferSelect
export type InboxRow = typeof inbox.$inferSelect
export type Thread = typeof threads.$inferSelect

/** Everything the database knows that a turn's answer depends on. */
export interface TurnInput {
  /** What is to be answered; empty when every message was deleted before its turn came. */
  rows: InboxRow[]
  thread: Thread | undefined
  /** What is new to the model in this turn, oldest first. */
  newMessages: StoredMessage[]
  /** The question itself: the new messages, or those of the turn that this one repeats. */
  asked: StoredMessage[]
  /** Those of them that were put to the architect; the others are what people said around them. */
  addressed: StoredMessage[]
  /** How many new messages are too many to be shown. */
  unshown: number
  /** Finished turns of the thread that no summary covers yet, oldest first, each with the messages it put before the model. */
  past: { turn: Turn; messages: StoredMessage[] }[]
  /** Slack messages that carry this turn's answer so far. */
  earlierReplies: string[]
  /** Slack messages that carry other answers of the thread. */
  otherReplies: string[]
}

/** Reads a turn's input. What it puts before the model is marked as this turn's, so that later turns show it in the same place. */
export async function loadTurn(store: Store, turn: Turn): Promise<TurnInput> {
  await store.write((tx) => claimMessages(tx, turn))
  const rows = await store.read.select().from(inbox).where(eq(inbox.turnId, turn.id)).orderBy(asc(inbox.id))
  const [thread] = await store.read.select().from(threads).where(inThread(threads, turn))
  const earlier = await store.read
    .select()
    .from(turns)
    .where(and(inThread(turns, turn), inArray(turns.state, ['done', 'dead']), ne(turns.id, turn.id)))
    .orderBy(asc(turns.createdAt), asc(turns.id))
  const said = await store.read
    .select()
    .from(messages)
    .where(and(inThread(messages, turn), eq(messages.fromArchitect, false)))
    .orderBy(asc(messages.ts))
  const posted = await store.read
    .select({ ts: replies.ts, turnId: replies.turnId })
    .from(replies)
    .innerJoin(turns, eq(turns.id, replies.turnId))
    .where(inThread(turns, turn))
    .orderBy(asc(replies.ts))
  const repeated = new Set(rows.flatMap((row) => row.retryOf ?? []))
  const put = await store.read
    .select({ ts: inbox.ts })
    .from(inbox)
    .where(inArray(inbox.turnId, [turn.id, ...repeated]))
  const addressed = new Set(put.map(({ ts }) => ts))
  const allOf = (id: string) => said.filter((message) => message.turnId === id)
  const messagesOf = (id: string) => fitMessages(allOf(id))
  const newMessages = messagesOf(turn.id)
  const shown = new Set([turn.id, ...repeated].flatMap(messagesOf).map(({ ts }) => ts))
  return {
    rows: rows.filter((row) => row.kind !== 'message' || said.some((message) => message.ts === row.ts)),
    thread,
    newMessages,
    asked: said.filter(({ ts }) => shown.has(ts) || rows.some((row) => row.ts === ts)),
    addressed: said.filter(({ ts }) => addressed.has(ts)),
    unshown: allOf(turn.id).length - newMessages.length,
    past: earlier
      .filter((past) => past.createdAt > (thread?.summarisedUntil ?? 0))
      .map((past) => ({ turn: past, messages: messagesOf(past.id) })),
    earlierReplies: posted.filter((reply) => reply.turnId === turn.id).map((reply) => reply.ts),
    otherReplies: posted.filter((reply) => reply.turnId !== turn.id).map((reply) => reply.ts),
  }
}

/** What one turn shows of messages, in characters: about 40,000 tokens. */
const maxChars = 160_000

/** The first message, which says what it is about, and of the rest the newest, as many as fit; the same ones for the same messages. */
function fitMessages<T extends { text: string }>(all: readonly T[]): T[] {
  let left = maxChars - (all[0]?.text.length ?? 0)
  const from = all.findLastIndex(({ text }, index) => index > 0 && (left -= text.length) < 0) + 1
  return from === 0 ? [...all] : [...all.slice(0, 1), ...all.slice(from)]
}

async function claimMessages(tx: Database, turn: Turn): Promise<void> {
  const waiting = tx
    .select({ ts: inbox.ts })
    .from(inbox)
    .where(and(inThread(inbox, turn), eq(inbox.kind, 'message'), or(isNull(inbox.turnId), ne(inbox.turnId, turn.id))))
  await tx
    .update(messages)
    .set({ turnId: turn.id })
    .where(
      and(
        inThread(messages, turn),
        isNull(messages.turnId),
        eq(messages.fromArchitect, false),
        notInArray(messages.ts, waiting),
      ),
    )
}

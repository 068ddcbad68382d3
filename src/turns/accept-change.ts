import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import { messages, replies, threadFacts, threads, turns } from '../db/schema.ts'
import { inThread } from './in-thread.ts'
import type { ThreadAddress } from './inbound.ts'
import { keepText } from './keep-text.ts'

interface MessageAddress {
  teamId: string
  channelId: string
  ts: string
}

/** Keeps the stored words of a message in step with an edit in Slack; a message we never stored stays unknown. A link that Slack unfolded is no edit. */
export function acceptEdit(store: Store, edit: MessageAddress & { text: string }, now: number): Promise<void> {
  const text = keepText(edit.text)
  return store.write(async (tx) => {
    const changed = await tx
      .update(messages)
      .set({ text, editedAt: now })
      .where(and(isMessage(messages, edit), eq(messages.fromArchitect, false), ne(messages.text, text)))
      .returning({ threadTs: messages.threadTs })
    for (const { threadTs } of changed) await forgetSummary(tx, { ...edit, threadTs })
  })
}

/** Forgets a message that was deleted in Slack, an answer of ours too, with everything that was made from its words. */
export function acceptDeletion(store: Store, deletion: MessageAddress): Promise<void> {
  return store.write(async (tx) => {
    const gone = await tx
      .delete(messages)
      .where(isMessage(messages, deletion))
      .returning({ threadTs: messages.threadTs })
    for (const { threadTs } of gone) await forgetSummary(tx, { ...deletion, threadTs })
    const carried = tx.select({ id: replies.turnId }).from(replies).where(isMessage(replies, deletion))
    await tx
      .update(turns)
      .set({ answer: '' })
      .where(and(inArray(turns.id, carried), inArray(turns.state, ['done', 'dead'])))
  })
}

/** A summary may hold what is no longer said; it is made anew from the messages that remain. */
async function forgetSummary(tx: Database, thread: ThreadAddress): Promise<void> {
  await tx.update(threads).set({ summary: null, summarisedUntil: 0 }).where(inThread(threads, thread))
  await tx.delete(threadFacts).where(inThread(threadFacts, thread))
}

function isMessage(table: typeof messages | typeof replies, { teamId, channelId, ts }: MessageAddress) {
  return and(eq(table.teamId, teamId), eq(table.channelId, channelId), eq(table.ts, ts))
}

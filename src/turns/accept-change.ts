import { and, eq } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { messages } from '../db/schema.ts'

interface MessageAddress {
  teamId: string
  channelId: string
  ts: string
}

/** Keeps the stored words of a message in step with an edit in Slack; a message we never stored stays unknown. */
export function acceptEdit(store: Store, edit: MessageAddress & { text: string }, now: number): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .update(messages)
      .set({ text: edit.text.replaceAll('\u0000', ''), editedAt: now })
      .where(and(isMessage(edit), eq(messages.fromArchitect, false)))
  })
}

/** Forgets the words of a message that was deleted in Slack. */
export function acceptDeletion(store: Store, deletion: MessageAddress): Promise<void> {
  return store.write(async (tx) => {
    await tx.delete(messages).where(isMessage(deletion))
  })
}

function isMessage({ teamId, channelId, ts }: MessageAddress) {
  return and(eq(messages.teamId, teamId), eq(messages.channelId, channelId), eq(messages.ts, ts))
}

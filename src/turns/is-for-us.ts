import { and, desc, eq, lt } from 'drizzle-orm'
import type { Database } from '../db/open-store.ts'
import { inbox, messages } from '../db/schema.ts'
import { inThread } from './in-thread.ts'
import { type InboundMessage, isFollowUp, isQuestion } from './inbound.ts'

type Said = Pick<typeof messages.$inferSelect, 'ts' | 'authorId' | 'fromArchitect'>

/** More than this said by one person in a row is no conversation with anybody. */
const lookedAt = 20

/** Whether a message in a thread of the architect's, not naming it, is for it: a question, or what somebody in conversation with it adds. */
export async function isForUs(tx: Database, message: InboundMessage): Promise<boolean> {
  if (!isFollowUp(message.text)) return false
  if (isQuestion(message.text)) return true
  const { authorId, ts } = message
  const asked = await tx
    .select({ ts: inbox.ts })
    .from(inbox)
    .where(and(inThread(inbox, message), eq(inbox.authorId, authorId)))
  if (asked.length === 0) return false
  const before = await tx
    .select({ ts: messages.ts, authorId: messages.authorId, fromArchitect: messages.fromArchitect })
    .from(messages)
    .where(and(inThread(messages, message), lt(messages.ts, ts)))
    .orderBy(desc(messages.ts))
    .limit(lookedAt)
  return isInConversation(before, authorId, new Set(asked.map((row) => row.ts)))
}

/** Whether nobody else has spoken since somebody asked the architect or it answered; what was said before comes newest first. */
function isInConversation(before: readonly Said[], authorId: string, asked: ReadonlySet<string>): boolean {
  const last = before.find((said) => said.fromArchitect || said.authorId !== authorId || asked.has(said.ts))
  return last !== undefined && (last.fromArchitect || asked.has(last.ts))
}

import { and, isNull } from 'drizzle-orm'
import { threads } from '../db/schema.ts'
import { storeMessage } from './accept-message.ts'
import { inThread } from './in-thread.ts'
import type { Turn } from './claim-turn.ts'
import type { TurnDeps } from './deps.ts'

/** What Slack has shown of a thread's history. */
export type HistoryShown = 'whole' | 'part' | 'none'

/** Reads what was said in a thread before the architect was called into it; once, or again where Slack did not show the whole. */
export async function seedThread({ store, workplace, now }: TurnDeps, turn: Turn): Promise<HistoryShown> {
  const [unseeded] = await store.read
    .select({ threadTs: threads.threadTs })
    .from(threads)
    .where(and(inThread(threads, turn), isNull(threads.seededAt)))
  if (!unseeded) return 'whole'
  const earlier = await workplace.readThread(turn)
  if (!earlier) return 'none'
  const { teamId, channelId, threadTs } = turn
  await store.write(async (tx) => {
    for (const message of earlier.messages) await storeMessage(tx, { teamId, channelId, threadTs, ...message }, false)
    if (earlier.whole) await tx.update(threads).set({ seededAt: now() }).where(inThread(threads, turn))
  })
  return earlier.whole ? 'whole' : 'part'
}

import { and, isNull } from 'drizzle-orm'
import { threads } from '../db/schema.ts'
import { inThread, storeMessage } from './accept-message.ts'
import type { Turn } from './claim-turn.ts'
import type { TurnDeps } from './deps.ts'

/** Reads what was said in a thread before the architect was called into it, once; false when Slack would not show it. */
export async function seedThread({ store, workplace, now }: TurnDeps, turn: Turn): Promise<boolean> {
  const [unseeded] = await store.read
    .select({ threadTs: threads.threadTs })
    .from(threads)
    .where(and(inThread(threads, turn), isNull(threads.seededAt)))
  if (!unseeded) return true
  const earlier = await workplace.readThread(turn)
  if (!earlier) return false
  const { teamId, channelId, threadTs } = turn
  await store.write(async (tx) => {
    for (const message of earlier) await storeMessage(tx, { teamId, channelId, threadTs, ...message }, false)
    await tx.update(threads).set({ seededAt: now() }).where(inThread(threads, turn))
  })
  return true
}

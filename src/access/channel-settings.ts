import { and, eq } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { channelSettings } from '../db/schema.ts'
import type { ChannelAddress } from './repository-links.ts'

export type ChannelSettings = Pick<
  typeof channelSettings.$inferSelect,
  'repository' | 'depth' | 'language' | 'decideByReaction'
>

const unsettled: ChannelSettings = { repository: null, depth: null, language: null, decideByReaction: false }

/** What a channel has settled; nothing where nobody settled anything. */
export async function readChannelSettings(
  store: Store,
  { teamId, channelId }: ChannelAddress,
): Promise<ChannelSettings> {
  const [row] = await store.read
    .select()
    .from(channelSettings)
    .where(and(eq(channelSettings.teamId, teamId), eq(channelSettings.channelId, channelId)))
  return row ?? unsettled
}

/** Changes some of it; the rest stays as it is. */
export function changeChannelSettings(
  store: Store,
  { teamId, channelId }: ChannelAddress,
  change: Partial<ChannelSettings>,
  by: { userId: string; now: number },
): Promise<void> {
  const set = { ...change, setBy: by.userId, setAt: by.now }
  return store.write(async (tx) => {
    await tx
      .insert(channelSettings)
      .values({ teamId, channelId, ...set })
      .onConflictDoUpdate({ target: [channelSettings.teamId, channelSettings.channelId], set })
  })
}

import { and, eq } from 'drizzle-orm'
import type { Store } from '../../db/open-store.ts'
import { digestSettings } from '../../db/schema.ts'

export type DigestSetting = typeof digestSettings.$inferSelect

export interface DigestChannel {
  teamId: string
  channelId: string
}

export type DigestChange = Partial<Pick<DigestSetting, 'on' | 'weekday' | 'time' | 'zone' | 'quietWeeks' | 'offReason'>>

/** What a channel has set; undefined when it never did. */
export async function findDigestSetting(store: Store, channel: DigestChannel): Promise<DigestSetting | undefined> {
  const [setting] = await store.read.select().from(digestSettings).where(isOf(channel))
  return setting
}

/** Every channel whose digest is on. */
export function listDigestSettings(store: Store): Promise<DigestSetting[]> {
  return store.read.select().from(digestSettings).where(eq(digestSettings.on, true)).execute()
}

/** Sets a channel's digest from now on: what was due before this moment is not sent any more. */
export function setDigest(
  store: Store,
  channel: DigestChannel,
  change: DigestChange & { zone: string },
  by: { userId: string; now: number },
): Promise<DigestSetting> {
  const { teamId, channelId } = channel
  const set = { ...change, setBy: by.userId, setAt: by.now }
  return store.write(async (tx) => {
    const [setting] = await tx
      .insert(digestSettings)
      .values({ teamId, channelId, on: false, weekday: 1, time: '09:00', quietWeeks: 'skip', offReason: null, ...set })
      .onConflictDoUpdate({ target: [digestSettings.teamId, digestSettings.channelId], set })
      .returning()
    if (!setting) throw new Error('the setting was not written')
    return setting
  })
}

/** Turns a channel's digest off because it can no longer be sent. */
export function giveUpDigest(store: Store, channel: DigestChannel, reason: string): Promise<void> {
  return store.write(async (tx) => {
    await tx.update(digestSettings).set({ on: false, offReason: reason }).where(isOf(channel))
  })
}

function isOf({ teamId, channelId }: DigestChannel) {
  return and(eq(digestSettings.teamId, teamId), eq(digestSettings.channelId, channelId))
}

import { asc, eq, inArray, sql } from 'drizzle-orm'
import { httpCache } from './schema.ts'
import type { Store } from './open-store.ts'

export interface CachedAnswer {
  etag: string
  body: string
}

/** Use is noted at most this often, so that reading the cache seldom writes. */
const noteUseEveryMs = 60 * 60_000
const bodyLimitBytes = 4_000_000
const sweepEvery = 200

/** Answers of a web API kept across restarts, by key; past `maxBytes` the longest unused go first. */
export function createHttpCache(store: Store, maxBytes: number, now: () => number) {
  let writes = 0
  return {
    async get(key: string): Promise<CachedAnswer | undefined> {
      const [row] = await store.read.select().from(httpCache).where(eq(httpCache.key, key))
      if (!row) return undefined
      if (row.usedAt < now() - noteUseEveryMs)
        await store.write(async (tx) => {
          await tx.update(httpCache).set({ usedAt: now() }).where(eq(httpCache.key, key))
        })
      return { etag: row.etag, body: row.body }
    },
    async set(key: string, { etag, body }: CachedAnswer): Promise<void> {
      const bytes = Buffer.byteLength(body)
      if (bytes > bodyLimitBytes) return
      const row = { key, etag, body, bytes, usedAt: now() }
      await store.write(async (tx) => {
        await tx.insert(httpCache).values(row).onConflictDoUpdate({ target: httpCache.key, set: row })
      })
      writes += 1
      if (writes % sweepEvery === 0) await sweep(store, maxBytes)
    },
  }
}

async function sweep(store: Store, maxBytes: number): Promise<void> {
  const [total] = await store.read.select({ bytes: sql<number>`coalesce(sum(${httpCache.bytes}), 0)` }).from(httpCache)
  let excess = (total?.bytes ?? 0) - maxBytes
  if (excess <= 0) return
  const oldest = await store.read
    .select({ key: httpCache.key, bytes: httpCache.bytes })
    .from(httpCache)
    .orderBy(asc(httpCache.usedAt))
    .limit(5000)
  const gone = oldest.filter(({ bytes }) => {
    const remove = excess > 0
    if (remove) excess -= bytes
    return remove
  })
  await store.write(async (tx) => {
    await tx.delete(httpCache).where(
      inArray(
        httpCache.key,
        gone.map(({ key }) => key),
      ),
    )
  })
}

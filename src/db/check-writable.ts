import { eq } from 'drizzle-orm'
import type { Store } from './open-store.ts'
import { httpCache } from './schema.ts'

const key = 'is this writable?'
/** More than the slack of any page, so that a full disk shows. */
const body = '.'.repeat(16_384)

/** Why the database takes no writes now, as a sentence; undefined when it does. What it writes to find out is never seen. */
export async function checkWritable(store: Store): Promise<string | undefined> {
  try {
    await store.write(async (tx) => {
      await tx.insert(httpCache).values({ key, etag: '', body, bytes: body.length, usedAt: 0 })
      await tx.delete(httpCache).where(eq(httpCache.key, key))
    })
    return undefined
  } catch (error) {
    return `cannot be written: ${error instanceof Error ? error.message : String(error)}`
  }
}

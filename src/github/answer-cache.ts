import { Recent } from '../lib/recent.ts'

/** Where answers are kept between calls. The key names the identity, so an entry never serves another one. */
export type AnswerCache = {
  get(key: string): Promise<{ etag: string; body: string } | undefined>
  set(key: string, value: { etag: string; body: string }): Promise<void>
}

/** A cache that lives as long as the process and keeps the `maxEntries` answers used last. */
export function createMemoryCache(maxEntries = 500): AnswerCache {
  const answers = new Recent<{ etag: string; body: string }>(maxEntries)
  return {
    get: async (key) => answers.get(key),
    set: async (key, value) => answers.set(key, value),
  }
}

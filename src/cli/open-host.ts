import { join } from 'node:path'
import type { Config } from '../config.ts'
import { createMemoryCache } from '../github/answer-cache.ts'
import { createGitHub } from '../github/github.ts'
import type { CodeHost } from '../reviews/code-host.ts'

/** What a review reads code on GitHub with; it connects to nothing before it is asked to. */
export function openHost({ github, store }: Pick<Config, 'github' | 'store'>, userAgent: string): CodeHost {
  return createGitHub({
    apiUrl: github.apiUrl,
    auth: github.auth,
    userAgent,
    cache: createMemoryCache(),
    snapshotDirectory: join(store.dataDir, 'snapshots'),
  })
}

import { createHash } from 'node:crypto'
import type { Octokit } from '@octokit/rest'

/** Who asks. `key` tells identities apart in caches and holds no secret. */
export type Identity = { key: string; anonymous: boolean; octokit: Octokit }

/** A short name for a secret, safe to store. */
export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 16)
}

import { RepositoryNames } from '../access/repository-names.ts'
import type { Store } from '../db/open-store.ts'

/** Keeps what is known of repositories under the names that this GitHub gives them. */
export function keepNames(store: Store, apiUrl: string, now: () => number): RepositoryNames {
  // Renames are rare.
  const move = async () => (await import('./move-repository.ts')).moveEverything(now)
  return new RepositoryNames({ store, host: new URL(apiUrl).host, move })
}

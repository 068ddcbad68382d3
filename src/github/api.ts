import type { Credentials } from './credentials.ts'
import type { FileTree } from './file-tree.ts'
import type { GitHubHosts } from './hosts.ts'
import { fail } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { NameKeeper } from './name-keeper.ts'
import type { Question } from './question.ts'
import type { Recent } from '../lib/recent.ts'
import { isRepositoryRef } from './repository-name.ts'
import type { Requests } from './requests.ts'
import type { SnapshotStore } from './snapshot-store.ts'
import type { RepositoryRef } from './target.ts'

/** What every read of this folder stands on. */
export type Api = {
  hosts: GitHubHosts
  requests: Requests
  credentials: Credentials
  snapshots: SnapshotStore
  trees: Recent<FileTree>
  names: NameKeeper | undefined
}

/** Asks one question about a repository, under the identity that may read it. */
export async function ask<T>(api: Api, place: RepositoryRef, question: Question<T>): Promise<Outcome<T>> {
  const repository = { owner: place.owner, name: place.name }
  // Octokit leaves `..` in a path as it is, and fetch would climb to another endpoint.
  if (!isRepositoryRef(repository)) return fail({ kind: 'not-found', ...repository })
  const identity = await api.credentials.forRepository(repository, question)
  return identity.ok ? api.requests.ask(identity.value, { ...question, repository }) : identity
}

import type { GitStore } from './git-store.ts'
import type { Repository } from './repository.ts'
import type { Site } from './site.ts'

/** GitHub's JSON for a repository. */
export function describeRepository(site: Site, repository: Repository) {
  const { seed, fullName, id, defaultBranch, store } = repository
  const bytes = [...store.blobs.values()].reduce((sum, blob) => sum + blob.length, 0)
  return {
    id,
    name: seed.name,
    full_name: fullName,
    private: seed.private ?? false,
    visibility: seed.private ? 'private' : 'public',
    owner: describeAccount(seed.owner),
    html_url: `${site.webUrl}/${fullName}`,
    url: repositoryUrl(site, repository),
    fork: seed.forkOf !== undefined,
    archived: seed.archived ?? false,
    default_branch: defaultBranch,
    size: Math.ceil(bytes / 1024),
  }
}

export function describeAccount(login: string) {
  return { login, type: 'User' }
}

export function describeGitCommit(store: GitStore, sha: string) {
  const commit = store.commits.get(sha)
  if (!commit) throw new Error(`No commit ${sha}`)
  const { author, message, tree, parents } = commit
  return {
    sha,
    author,
    committer: author,
    message,
    tree: { sha: tree },
    parents: parents.map((parent) => ({ sha: parent })),
  }
}

export function describeCommit(site: Site, repository: Repository, sha: string) {
  const { author, committer, message, tree, parents } = describeGitCommit(repository.store, sha)
  return {
    sha,
    html_url: `${site.webUrl}/${repository.fullName}/commit/${sha}`,
    url: `${repositoryUrl(site, repository)}/commits/${sha}`,
    commit: { author, committer, message, tree },
    author: null,
    committer: null,
    parents,
  }
}

export function repositoryUrl(site: Site, repository: Repository): string {
  return `${site.apiUrl}/repos/${repository.fullName}`
}

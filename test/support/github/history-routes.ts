import { describeCommit } from './describe.ts'
import { describePull } from './pull-routes.ts'
import { notFound, ok, Refusal } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { openRepository, takePage } from './router.ts'
import type { Call, Route } from './router.ts'
import type { SeedPull } from './seed.ts'

/** The commits of a branch or path, and what a commit came with; asked before the route of one commit. */
export const historyRoutes: readonly Route[] = [
  { pattern: 'GET /repos/:owner/:repo/commits', answer: listCommits },
  { pattern: 'GET /repos/:owner/:repo/commits/:sha/pulls', answer: listPullsOfCommit },
]

/** Newest first; of a path, those that differ there from every parent, as git simplifies history. */
function listCommits(call: Call): Reply {
  const repository = openRepository(call)
  const { store } = repository
  if (store.commits.size === 0) throw new Refusal(409, 'Git Repository is empty.')
  const sha = repository.find(call.query.get('sha') ?? repository.defaultBranch)
  if (!sha) throw notFound()
  const path = call.query.get('path') ?? ''
  const at = (commit: string | undefined) => store.filesOf(commit).get(path)?.sha
  const changes = (commit: string) => {
    const parents = store.commits.get(commit)?.parents ?? []
    return parents.length === 0 ? at(commit) !== undefined : parents.every((parent) => at(parent) !== at(commit))
  }
  const listed = path === '' ? store.history(sha) : store.history(sha).filter(changes)
  return ok(takePage(listed, call).map((commit) => describeCommit(call.site, repository, commit)))
}

/** The merged pull request a commit came with; for one that is on no default branch, open ones too. */
function listPullsOfCommit(call: Call): Reply {
  const repository = openRepository(call)
  const sha = repository.find(call.params.sha ?? '')
  if (!sha) throw new Refusal(422, `No commit found for SHA: ${call.params.sha}`)
  const { store } = repository
  const landed = new Set(store.history(repository.find(repository.defaultBranch) ?? ''))
  const isOf = (pull: SeedPull) => {
    const head = repository.find(pull.head)
    const isOwn = head !== undefined && store.history(head).includes(sha) && !isOnFirstParents(repository, pull, sha)
    const isMerge = head !== undefined && store.commits.get(sha)?.parents[1] === head
    return (isOwn || isMerge) && (pull.merged || !landed.has(sha))
  }
  const pulls = [...repository.pulls.values()].filter(isOf)
  return ok(takePage(pulls, call).map((pull) => describePull(call, repository, pull)))
}

/** What the base branch had by itself, and not by a merge. */
function isOnFirstParents(repository: Repository, pull: SeedPull, sha: string): boolean {
  let at = repository.find(pull.base ?? repository.defaultBranch)
  while (at !== undefined && at !== sha) at = repository.store.commits.get(at)?.parents[0]
  return at === sha
}

import { listChanges } from './change.ts'
import { findMergeBase } from './commit-routes.ts'
import { describeAccount, describeRepository } from './describe.ts'
import { notFound, ok } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { openRepository, takePage } from './router.ts'
import type { Call, Route } from './router.ts'
import type { SeedPull } from './seed.ts'

const MAX_FILES = 3000

/** Pull requests and the files they change. */
export const pullRoutes: readonly Route[] = [
  { pattern: 'GET /repos/:owner/:repo/pulls', answer: listPulls },
  { pattern: 'GET /repos/:owner/:repo/pulls/:number', answer: readPull },
  { pattern: 'GET /repos/:owner/:repo/pulls/:number/files', answer: listPullFiles },
]

function listPulls(call: Call): Reply {
  const repository = openRepository(call)
  const state = call.query.get('state') ?? 'open'
  const head = call.query.get('head')
  const base = call.query.get('base')
  const pulls = [...repository.pulls.values()].filter(
    (pull) =>
      (state === 'all' || (pull.state ?? 'open') === state) &&
      // GitHub takes a head without its owner for none at all and lists everything.
      (!head?.includes(':') ||
        head === (pull.head.includes(':') ? pull.head : `${repository.seed.owner}:${pull.head}`)) &&
      (!base || base === (pull.base ?? repository.defaultBranch)),
  )
  return ok(takePage(pulls, call).map((pull) => describePull(call, repository, pull)))
}

function readPull(call: Call): Reply {
  const repository = openRepository(call)
  const pull = findPull(call, repository)
  const changes = listPullChanges(call, repository, pull)
  const additions = changes.reduce((sum, change) => sum + change.additions, 0)
  const deletions = changes.reduce((sum, change) => sum + change.deletions, 0)
  const counts = { merged: pull.merged ?? false, changed_files: changes.length, additions, deletions }
  return ok({ ...describePull(call, repository, pull), ...counts })
}

function listPullFiles(call: Call): Reply {
  const repository = openRepository(call)
  const changes = listPullChanges(call, repository, findPull(call, repository))
  return ok(takePage(changes.slice(0, MAX_FILES), call))
}

function findPull(call: Call, repository: Repository): SeedPull {
  const pull = repository.pulls.get(Number(call.params.number))
  if (!pull) throw notFound()
  return pull
}

/** GitHub's JSON for a pull request in lists. */
export function describePull(call: Call, repository: Repository, pull: SeedPull) {
  const { number, title, body = null, state = 'open', draft = false, author = 'ada' } = pull
  const html_url = `${call.site.webUrl}/${repository.fullName}/pull/${number}`
  const user = describeAccount(author)
  const merged_at = pull.merged ? '2026-01-06T09:00:00Z' : null
  return { number, title, body, state, draft, user, html_url, merged_at, ...describeSides(call, repository, pull) }
}

function describeSides(call: Call, repository: Repository, pull: SeedPull) {
  const describe = (at: Repository, ref: string) => ({
    label: `${at.seed.owner}:${ref}`,
    ref,
    sha: at.find(ref) ?? '',
    repo: describeRepository(call.site, at),
  })
  const [headRef = '', owner] = pull.head.split(':').toReversed()
  const head = describe(owner ? call.site.inNetwork(repository, owner) : repository, headRef)
  return { base: describe(repository, pull.base ?? repository.defaultBranch), head }
}

function listPullChanges(call: Call, repository: Repository, pull: SeedPull) {
  const { base, head } = describeSides(call, repository, pull)
  return listChanges(repository.store, findMergeBase(repository, base.sha, head.sha), head.sha)
}

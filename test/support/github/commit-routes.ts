import { listChanges } from './change.ts'
import { describeCommit } from './describe.ts'
import { notFound, ok, Refusal } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { openRepository, takePage } from './router.ts'
import type { Call, Route } from './router.ts'

const MAX_FILES = 300
const COMMITS_WITHOUT_PAGES = 250

/** One commit, and the comparison of two. */
export const commitRoutes: readonly Route[] = [
  { pattern: 'GET /repos/:owner/:repo/commits/*ref', answer: readCommit },
  { pattern: 'GET /repos/:owner/:repo/compare/*basehead', answer: compare },
]

function readCommit(call: Call): Reply {
  const repository = openRepository(call)
  if (repository.store.commits.size === 0) throw new Refusal(409, 'Git Repository is empty.')
  const { ref = '' } = call.params
  const sha = repository.find(ref)
  if (!sha) throw new Refusal(422, `No commit found for SHA: ${ref}`)
  const described = describeCommit(call.site, repository, sha)
  const changes = listChanges(repository.store, described.parents[0]?.sha, sha)
  const files = call.query.has('per_page') ? takePage(changes, call) : changes.slice(0, MAX_FILES)
  return ok({ ...described, files })
}

function compare(call: Call): Reply {
  const repository = openRepository(call)
  const [base = '', head = '', ...more] = (call.params.basehead ?? '').split('...')
  if (head === '' || more.length > 0) throw notFound()
  const from = findSide(call, repository, base)
  const to = findSide(call, repository, head)
  const { store } = repository
  const mergeBase = findMergeBase(repository, from, to)
  if (!mergeBase) throw new Refusal(404, `No common ancestor between ${base} and ${head}.`)
  const known = new Set(store.history(from))
  const ahead = store
    .history(to)
    .filter((sha) => !known.has(sha))
    .toReversed()
  const toHistory = new Set(store.history(to))
  const behind = store.history(from).filter((sha) => !toHistory.has(sha))
  const paged = call.query.has('per_page') || call.query.has('page')
  const listed = paged ? takePage(ahead, call) : ahead.slice(0, COMMITS_WITHOUT_PAGES)
  const describe = (sha: string) => describeCommit(call.site, repository, sha)
  return ok({
    base_commit: describe(from),
    merge_base_commit: describe(mergeBase),
    status: nameStatus(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: listed.map(describe),
    // Files come with the first page only.
    ...(Number(call.query.get('page') ?? 1) <= 1 && { files: listChanges(store, mergeBase, to).slice(0, MAX_FILES) }),
  })
}

function findSide(call: Call, repository: Repository, side: string): string {
  const [ref = '', owner] = side.split(':').toReversed()
  const sha = (owner ? call.site.inNetwork(repository, owner) : repository).find(ref)
  if (!sha) throw notFound()
  return sha
}

/** The nearest commit two commits both come from. */
export function findMergeBase({ store }: Repository, a: string, b: string): string | undefined {
  const behindA = new Set(store.history(a))
  return store.history(b).find((sha) => behindA.has(sha))
}

function nameStatus(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

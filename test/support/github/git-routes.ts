import { describeGitCommit } from './describe.ts'
import type { FlatEntry } from './git-store.ts'
import { notFound, ok, Refusal } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { openRepository } from './router.ts'
import type { Call, Route } from './router.ts'

const MAX_BLOB_BYTES = 100_000_000

/** The git data endpoints: refs, tags, commits, trees, blobs. */
export const gitRoutes: readonly Route[] = [
  { pattern: 'GET /repos/:owner/:repo/git/matching-refs/*ref', answer: listMatchingRefs },
  { pattern: 'GET /repos/:owner/:repo/git/ref/*ref', answer: readRef },
  { pattern: 'GET /repos/:owner/:repo/git/tags/:sha', answer: readTag },
  { pattern: 'GET /repos/:owner/:repo/git/commits/:sha', answer: readCommit },
  { pattern: 'GET /repos/:owner/:repo/git/trees/:sha', answer: readTree },
  { pattern: 'GET /repos/:owner/:repo/git/blobs/:sha', answer: readBlob },
]

function listMatchingRefs(call: Call): Reply {
  const repository = openGit(call)
  const start = `refs/${call.params.ref}`
  const refs = [...repository.refs].filter(([ref]) => ref.startsWith(start)).sort(([a], [b]) => (a < b ? -1 : 1))
  return ok(refs.map(([ref, sha]) => describeRef(repository, ref, sha)))
}

function readRef(call: Call): Reply {
  const repository = openGit(call)
  const ref = `refs/${call.params.ref}`
  const sha = repository.refs.get(ref)
  if (!sha) throw notFound()
  return ok(describeRef(repository, ref, sha))
}

function describeRef({ store }: Repository, ref: string, sha: string) {
  return { ref, object: { sha, type: store.tags.has(sha) ? 'tag' : 'commit' } }
}

function readTag(call: Call): Reply {
  const sha = call.params.sha ?? ''
  const tag = openGit(call).store.tags.get(sha)
  if (!tag) throw notFound()
  return ok({
    sha,
    tag: tag.name,
    message: tag.message,
    tagger: tag.tagger,
    object: { sha: tag.object, type: 'commit' },
  })
}

function readCommit(call: Call): Reply {
  const { store } = openGit(call)
  const sha = call.params.sha ?? ''
  if (!store.commits.has(sha)) throw notFound()
  return ok(describeGitCommit(store, sha))
}

function readTree(call: Call): Reply {
  const repository = openGit(call)
  const name = call.params.sha ?? ''
  const { store } = repository
  const sha = store.trees.has(name) ? name : store.commits.get(repository.find(name) ?? '')?.tree
  if (!sha) throw notFound()
  // Any value of `recursive`, even 0, lists recursively.
  const all = call.query.has('recursive')
  const entries = store.listTree(sha).filter(([path]) => all || !path.includes('/'))
  const tree = entries.slice(0, call.site.treeLimit).map(([path, entry]) => describeEntry(repository, path, entry))
  return ok({ sha, tree, truncated: entries.length > call.site.treeLimit })
}

function describeEntry({ store }: Repository, path: string, { mode, sha }: FlatEntry) {
  if (mode === '040000') return { path, mode, type: 'tree', sha }
  if (mode === '160000') return { path, mode, type: 'commit', sha }
  return { path, mode, type: 'blob', sha, size: store.blobs.get(sha)?.length ?? 0 }
}

function readBlob(call: Call): Reply {
  const sha = call.params.sha ?? ''
  const bytes = openGit(call).store.blobs.get(sha)
  if (!bytes) throw notFound()
  if (bytes.length > MAX_BLOB_BYTES) throw new Refusal(403, 'This API returns blobs up to 100 MB in size.')
  return ok({ sha, size: bytes.length, encoding: 'base64', content: inLines(bytes.toString('base64')) })
}

/** Base64 as GitHub sends it: a line break after every 60 characters. */
export function inLines(base64: string): string {
  return base64.replaceAll(/.{1,60}/g, '$&\n')
}

function openGit(call: Call): Repository {
  const repository = openRepository(call)
  if (repository.store.commits.size === 0) throw new Refusal(409, 'Git Repository is empty.')
  return repository
}

import { describeGitCommit } from './describe.ts'
import type { FlatEntry, GitStore } from './git-store.ts'
import { describePull } from './pull-routes.ts'
import { notFound, Refusal } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { openRepository } from './router.ts'
import type { Call, Route } from './router.ts'

/** What changes a repository: trees, commits, branches and pull requests; refusals in GitHub's words. */
export const writeRoutes: readonly Route[] = [
  { pattern: 'POST /repos/:owner/:repo/git/trees', answer: createTree },
  { pattern: 'POST /repos/:owner/:repo/git/commits', answer: createCommit },
  { pattern: 'POST /repos/:owner/:repo/git/refs', answer: createRef },
  { pattern: 'PATCH /repos/:owner/:repo/git/refs/*ref', answer: updateRef },
  { pattern: 'POST /repos/:owner/:repo/pulls', answer: createPull },
  { pattern: 'PATCH /repos/:owner/:repo/pulls/:number', answer: updatePull },
]

function openForWriting(call: Call): Repository {
  const repository = openRepository(call)
  const { caller } = call
  if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication')
  if (caller.kind === 'app') throw new Refusal(401, 'A JSON web token could not be decoded')
  if (!caller.writes.includes(repository.fullName)) {
    if (caller.kind === 'installation') throw new Refusal(403, 'Resource not accessible by integration')
    throw caller.classic ? notFound() : new Refusal(403, 'Resource not accessible by personal access token')
  }
  if (repository.seed.archived) throw new Refusal(403, 'Repository was archived so is read-only.')
  if (repository.store.commits.size === 0) throw new Refusal(409, 'Git Repository is empty.')
  return repository
}

function text(call: Call, name: string): string {
  const value = call.body[name]
  if (typeof value !== 'string' || value === '') throw invalid(`"${name}" wasn't supplied.`)
  return value
}

function invalid(message: string): Refusal {
  return new Refusal(422, `Invalid request.\n\n${message}`)
}

const malformed = /^\/|\/$|\/\/|(?:^|\/)(?:\.|\.\.|\.git)(?:\/|$)|^$/

function createTree(call: Call): Reply {
  const { store } = openForWriting(call)
  const base = call.body.base_tree
  const known = typeof base === 'string' ? (store.commits.get(base)?.tree ?? base) : undefined
  if (known !== undefined && !store.trees.has(known)) throw new Refusal(422, 'base_tree is not a valid tree oid')
  const files = new Map(known ? store.listTree(known).filter(([, { mode }]) => mode !== '040000') : [])
  const { tree } = call.body
  if (!Array.isArray(tree) || tree.length === 0) throw new Refusal(422, 'Invalid tree info')
  for (const entry of tree) putEntry(store, files, { ...entry })
  const sha = store.putTree(files)
  return { status: 201, json: { sha, tree: [], truncated: false } }
}

function putEntry(store: GitStore, files: Map<string, FlatEntry>, entry: Record<string, unknown>): void {
  const { path, mode, content, sha } = entry
  if (typeof path !== 'string' || malformed.test(path))
    throw new Refusal(422, 'tree.path contains a malformed path component')
  if (mode !== '100644' && mode !== '100755')
    throw new Refusal(422, 'tree.mode must be one of 100644, 100755, 040000, 160000, or 120000')
  if (entry.type !== 'blob') throw new Refusal(422, 'Must supply a valid tree.type')
  if ((content === undefined) === (sha === undefined))
    throw new Refusal(422, 'Must supply either tree.sha or tree.content')
  if (sha === null) {
    if (!files.delete(path)) throw new Refusal(422, 'GitRPC::BadObjectState')
    return
  }
  if (typeof sha === 'string' && !store.blobs.has(sha)) throw new Refusal(422, `tree.sha ${sha} is not a valid blob`)
  if ([...files.keys()].some((known) => known.startsWith(`${path}/`) || path.startsWith(`${known}/`)))
    throw new Refusal(422, 'tree.path conflicts with another path')
  files.set(path, { mode, sha: typeof sha === 'string' ? sha : store.putBlob(String(content)) })
}

function createCommit(call: Call): Reply {
  const { store } = openForWriting(call)
  const tree = text(call, 'tree')
  const message = text(call, 'message')
  const parents = Array.isArray(call.body.parents) ? call.body.parents.map(String) : []
  if (!store.trees.has(tree)) throw new Refusal(422, 'Tree SHA does not exist')
  if (parents.some((parent) => !store.commits.has(parent)))
    throw new Refusal(422, 'Parent SHA does not exist or is not a commit object')
  const author = { name: 'architect', email: 'architect@example.com', date: '2026-02-01T09:00:00Z' }
  const sha = store.putCommit({ tree, parents, author, message })
  return { status: 201, json: describeGitCommit(store, sha) }
}

function refuseProtected({ seed }: Repository, ref: string): void {
  const branch = ref.replace(/^refs\/heads\//, '')
  if (seed.protected?.some((start) => branch.startsWith(start)))
    throw new Refusal(422, 'Repository rule violations found\n\nCannot update this protected ref.')
}

function createRef(call: Call): Reply {
  const repository = openForWriting(call)
  const ref = text(call, 'ref')
  const sha = text(call, 'sha')
  if (!/^refs\/[^/]+\/.+/.test(ref))
    throw new Refusal(422, "Reference name must start with 'refs/' and contain at least two slashes.")
  if (/\.\.|[\s~^:?*[\\]|\/$|\.lock$/.test(ref)) throw new Refusal(422, `${ref} is not a valid ref name.`)
  if (repository.refs.has(ref)) throw new Refusal(422, 'Reference already exists')
  if ([...repository.refs.keys()].some((known) => known.startsWith(`${ref}/`) || ref.startsWith(`${known}/`)))
    throw new Refusal(422, 'Reference cannot be created')
  return setRef(repository, ref, sha, 201)
}

function updateRef(call: Call): Reply {
  const repository = openForWriting(call)
  const ref = `refs/${call.params.ref}`
  const sha = text(call, 'sha')
  const before = repository.refs.get(ref)
  if (!before) throw new Refusal(422, 'Reference does not exist')
  if (call.body.force !== true && !repository.store.history(sha).includes(before))
    throw new Refusal(422, 'Update is not a fast forward')
  return setRef(repository, ref, sha, 200)
}

function setRef(repository: Repository, ref: string, sha: string, status: number): Reply {
  refuseProtected(repository, ref)
  if (!repository.store.commits.has(sha)) throw new Refusal(422, 'Object does not exist')
  repository.refs.set(ref, sha)
  return { status, json: { ref, object: { sha, type: 'commit' } } }
}

function failed(errors: readonly unknown[]): Refusal {
  return new Refusal(422, 'Validation Failed', {}, errors)
}

function createPull(call: Call): Reply {
  const repository = openForWriting(call)
  const title = text(call, 'title')
  const head = text(call, 'head')
  const base = text(call, 'base')
  const tips = { head: repository.refs.get(`refs/heads/${head}`), base: repository.refs.get(`refs/heads/${base}`) }
  for (const [field, tip] of Object.entries(tips))
    if (!tip) throw failed([{ resource: 'PullRequest', field, code: 'invalid' }])
  const custom = (message: string) => failed([{ resource: 'PullRequest', code: 'custom', message }])
  const open = [...repository.pulls.values()].some((pull) => pull.head === head && (pull.state ?? 'open') === 'open')
  if (open) throw custom(`A pull request already exists for ${repository.seed.owner}:${head}.`)
  if (repository.store.history(tips.base ?? '').includes(tips.head ?? ''))
    throw custom(`No commits between ${base} and ${head}`)
  const number = Math.max(0, ...repository.pulls.keys()) + 1
  const body = typeof call.body.body === 'string' ? call.body.body : ''
  const pull = { number, title, head, base, body, author: 'architect[bot]' }
  repository.pulls.set(number, pull)
  return { status: 201, json: describePull(call, repository, pull) }
}

function updatePull(call: Call): Reply {
  const repository = openForWriting(call)
  const number = Number(call.params.number)
  const known = repository.pulls.get(number)
  if (!known) throw notFound()
  const { title = known.title, body = known.body } = call.body
  const pull = { ...known, title: String(title), body: String(body) }
  repository.pulls.set(number, pull)
  return { status: 200, json: describePull(call, repository, pull) }
}

import { posix } from 'node:path'
import { describeRepository, repositoryUrl } from './describe.ts'
import { inLines } from './git-routes.ts'
import type { FlatEntry } from './git-store.ts'
import { notFound, ok, Refusal } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { openRepository, takePage } from './router.ts'
import type { Call, Route } from './router.ts'

const MAX_INLINE_BYTES = 1_048_576

/** A repository, its branches, its contents and what people may do in it. */
export const repositoryRoutes: readonly Route[] = [
  { pattern: 'GET /repos/:owner/:repo', answer: (call) => ok(describeRepository(call.site, openRepository(call))) },
  { pattern: 'GET /repos/:owner/:repo/branches', answer: listBranches },
  { pattern: 'GET /repos/:owner/:repo/branches/*branch', answer: readBranch },
  { pattern: 'GET /repos/:owner/:repo/contents', answer: readContents },
  { pattern: 'GET /repos/:owner/:repo/contents/*path', answer: readContents },
  { pattern: 'GET /repos/:owner/:repo/tarball/*ref', answer: redirectToArchive },
  { pattern: 'GET /repos/:owner/:repo/collaborators/:login/permission', answer: readPermission },
]

function listBranches(call: Call): Reply {
  const heads = [...openRepository(call).refs].filter(([ref]) => ref.startsWith('refs/heads/'))
  const branches = heads.map(([ref, sha]) => ({
    name: ref.slice('refs/heads/'.length),
    commit: { sha },
    protected: false,
  }))
  return ok(
    takePage(
      branches.sort((a, b) => (a.name < b.name ? -1 : 1)),
      call,
    ),
  )
}

function readBranch(call: Call): Reply {
  const name = call.params.branch ?? ''
  const sha = openRepository(call).refs.get(`refs/heads/${name}`)
  if (!sha) throw new Refusal(404, 'Branch not found')
  return ok({ name, commit: { sha }, protected: false })
}

function readContents(call: Call): Reply {
  const repository = openRepository(call)
  const path = (call.params.path ?? '').replaceAll(/^\/+|\/+$/g, '')
  const sha = repository.find(call.query.get('ref') ?? repository.defaultBranch)
  const commit = repository.store.commits.get(sha ?? '')
  if (!commit) throw new Refusal(404, sha ? 'Not Found' : `No commit found for the ref ${call.query.get('ref') ?? ''}`)
  const entries = repository.store.listTree(commit.tree)
  const own = entries.find(([entryPath]) => entryPath === path)
  if (path !== '' && !own) throw notFound()
  const url = `${repositoryUrl(call.site, repository)}/contents`
  if (own && own[1].mode !== '040000') return ok(describeFile(call, [path, followLink(repository, entries, own)], url))
  const below = path === '' ? '' : `${path}/`
  const children = entries.filter(([entry]) => entry.startsWith(below) && !entry.slice(below.length).includes('/'))
  return ok(
    children.map(([entry, { mode, sha: entrySha }]) => ({
      name: entry.split('/').at(-1),
      path: entry,
      sha: entrySha,
      type: typeOf(mode),
    })),
  )
}

// A link to a regular file of the repository is answered with that file's content.
function followLink(
  { store }: Repository,
  entries: readonly [string, FlatEntry][],
  [path, entry]: [string, FlatEntry],
) {
  if (entry.mode !== '120000') return entry
  const target = posix.join(posix.dirname(path), store.blobs.get(entry.sha)?.toString('utf8') ?? '')
  const linked = entries.find(([entryPath]) => entryPath === target)?.[1]
  return linked?.mode === '100644' || linked?.mode === '100755' ? linked : entry
}

function describeFile(call: Call, [path, { mode, sha }]: [string, { mode: string; sha: string }], url: string) {
  const bytes = openRepository(call).store.blobs.get(sha) ?? Buffer.alloc(0)
  const common = {
    type: typeOf(mode),
    name: path.split('/').at(-1),
    path,
    sha,
    size: bytes.length,
    url: `${url}/${path}`,
  }
  if (mode === '160000') return { ...common, size: 0 }
  if (mode === '120000') return { ...common, target: bytes.toString('utf8') }
  if (bytes.length > MAX_INLINE_BYTES) return { ...common, encoding: 'none', content: '' }
  return { ...common, encoding: 'base64', content: inLines(bytes.toString('base64')) }
}

function typeOf(mode: string): string {
  return { '040000': 'dir', '120000': 'symlink', '160000': 'submodule' }[mode] ?? 'file'
}

function redirectToArchive(call: Call): Reply {
  const repository = openRepository(call)
  const sha = repository.find(call.params.ref ?? '')
  if (!sha) throw notFound()
  const origin = new URL(call.site.apiUrl).origin
  const location = `${origin}/_codeload/${repository.fullName}/legacy.tar.gz/${sha}`
  // A private archive is opened by a key in its address, because credentials stay with the API.
  return {
    status: 302,
    headers: { location: repository.seed.private ? `${location}?token=${sha.slice(0, 12)}` : location },
  }
}

function readPermission(call: Call): Reply {
  const repository = openRepository(call)
  if (call.caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication')
  const { login = '' } = call.params
  const given = repository.seed.collaborators?.[login]
  if (!given && !call.site.accounts.knows(login)) throw new Refusal(404, `${login} is not a user`)
  return ok({ permission: given ?? (repository.seed.private ? 'none' : 'read'), user: { login } })
}

import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { fail, succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { pickLongestRef } from './pick-ref.ts'
import type { Ref } from './pick-ref.ts'
import type { CallOptions } from './question.ts'
import type { Repository } from './repository.ts'
import type { RepositoryRef } from './target.ts'

/** Where a branch, tag or commit ends and a path begins, and the commit it stands for now. */
export type FoundRef = { ref: string; sha: string; path: string }

const MAX_TAG_DEPTH = 5
const gitObject = z.object({ sha: z.string(), type: z.string() })
const refs = z.array(z.object({ ref: z.string(), object: gitObject }))

/**
 * Splits `feature/x/src/a.ts` into the longest ref that exists and the path behind it, in as few requests as tell them
 * apart. A tag whose name starts with that of the default branch and a slash is not looked for.
 */
export async function findRef(
  api: Api,
  repository: Repository,
  segments: readonly string[],
  options: CallOptions,
): Promise<Outcome<FoundRef>> {
  const [first = '', second] = segments
  if (/^[0-9a-f]{40}$/i.test(first)) return findCommit(api, repository, segments, options)
  const commit = /^[0-9a-f]{7,39}$/i.test(first) ? await findCommit(api, repository, segments, options) : undefined
  // The same request finds a branch of that name, but then the commit starts otherwise.
  if (commit?.ok && commit.value.sha.startsWith(first.toLowerCase())) return commit
  const named = first === 'refs' && (second === 'heads' || second === 'tags') ? second : undefined
  const names = named ? segments.slice(2) : segments
  const branches = named === 'tags' ? succeed([]) : await listRefs(api, repository, `heads/${names[0]}`, options)
  if (!branches.ok) return branches
  const branch = pickLongestRef(names, branches.value, [])
  const isSure = branch && (branch.path.length === 0 || branch.ref.name === repository.defaultBranch)
  const tags = named === 'heads' || isSure ? succeed([]) : await listRefs(api, repository, `tags/${names[0]}`, options)
  if (!tags.ok) return tags
  const picked = pickLongestRef(names, branches.value, tags.value)
  if (!picked) return findCommit(api, repository, segments, options)
  const sha = await peelTag(api, repository, picked.ref, options)
  return sha.ok ? succeed({ ref: picked.ref.name, sha: sha.value, path: picked.path.join('/') }) : sha
}

async function listRefs(
  api: Api,
  repository: RepositoryRef,
  start: string,
  { signal }: CallOptions,
): Promise<Outcome<Ref[]>> {
  const found = await ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    params: { ref: start },
    schema: refs,
    keep: 'changing',
    missing: { kind: 'not-found', owner: repository.owner, name: repository.name },
    signal,
  })
  if (!found.ok) return found
  return succeed(found.value.map(({ ref, object }) => ({ name: ref.replace(/^refs\/(?:heads|tags)\//, ''), object })))
}

async function peelTag(
  api: Api,
  repository: RepositoryRef,
  ref: Ref,
  { signal }: CallOptions,
): Promise<Outcome<string>> {
  const missing = { kind: 'no-such-ref', owner: repository.owner, name: repository.name, ref: ref.name } as const
  let { object } = ref
  for (let depth = 0; object.type === 'tag' && depth < MAX_TAG_DEPTH; depth++) {
    const tag = await ask(api, repository, {
      route: 'GET /repos/{owner}/{repo}/git/tags/{tag_sha}',
      params: { tag_sha: object.sha },
      schema: z.object({ object: gitObject }),
      keep: 'immutable',
      missing,
      signal,
    })
    if (!tag.ok) return tag
    object = tag.value.object
  }
  return object.type === 'commit' ? succeed(object.sha) : fail(missing)
}

async function findCommit(
  api: Api,
  repository: RepositoryRef,
  [first = '', ...rest]: readonly string[],
  { signal }: CallOptions,
): Promise<Outcome<FoundRef>> {
  const missing = { kind: 'no-such-ref', owner: repository.owner, name: repository.name, ref: first } as const
  if (!/^[0-9a-f]{7,40}$/i.test(first)) return fail({ ...missing, ref: [first, ...rest].join('/') })
  const found = await ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/commits/{ref}',
    // One file a page: the commit's own facts are all that is wanted here.
    params: { ref: first.toLowerCase(), per_page: 1 },
    schema: z.object({ sha: z.string() }),
    keep: 'changing',
    missing,
    signal,
  })
  return found.ok ? succeed({ ref: first, sha: found.value.sha, path: rest.join('/') }) : found
}

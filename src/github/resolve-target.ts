import type { Api } from './api.ts'
import { findRef } from './find-ref.ts'
import { fail, succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import { readRepository } from './repository.ts'
import type { Repository } from './repository.ts'
import { resolveCommit } from './resolve-commit.ts'
import { resolveCompare } from './resolve-compare.ts'
import { resolvePull } from './resolve-pull.ts'
import type { Resolved, ResolvedCode } from './resolved.ts'
import type { GitHubTarget, LineRange, RepositoryRef } from './target.ts'

/** `maxFiles` bounds the changed files listed; 300 unless told. `known` is the target's repository when it was just read. */
export type ResolveOptions = CallOptions & { maxFiles?: number; known?: Repository | undefined }

const DEFAULT_MAX_FILES = 300

/** Pins a repository to its default branch as it is now. */
export async function resolveHead(
  api: Api,
  ref: RepositoryRef,
  { signal }: CallOptions = {},
): Promise<Outcome<ResolvedCode>> {
  const found = await readRepository(api, ref, { signal })
  return found.ok ? resolveRoot(api, found.value, { signal }) : found
}

/** Pins a link to commits, after checking that this identity may read the repository now. */
export async function resolveTarget(
  api: Api,
  target: GitHubTarget,
  { maxFiles = DEFAULT_MAX_FILES, known, signal }: ResolveOptions = {},
): Promise<Outcome<Resolved>> {
  if (target.host !== api.hosts.webHost)
    return fail({ kind: 'other-host', host: target.host, ownHost: api.hosts.webHost })
  const found = known ? succeed(known) : await readRepository(api, target, { signal })
  if (!found.ok) return found
  return resolveIn(api, found.value, target, { maxFiles, signal })
}

function resolveIn(
  api: Api,
  repository: Repository,
  target: GitHubTarget,
  options: CallOptions & { maxFiles: number },
): Promise<Outcome<Resolved>> {
  if (target.kind === 'path') return resolveCode(api, repository, target, options)
  if (target.kind === 'commit') return resolveCommit(api, repository, target.sha, options)
  if (target.kind === 'compare') return resolveCompare(api, repository, target, options)
  if (target.kind === 'pull') return resolvePull(api, repository, target.number, options)
  return resolveRoot(api, repository, options)
}

async function resolveRoot(api: Api, repository: Repository, options: CallOptions): Promise<Outcome<ResolvedCode>> {
  const code = await resolveCode(api, repository, { segments: ['HEAD'] }, options)
  // Every repository names a default branch; it is missing only as long as nothing was pushed.
  if (code.ok || code.problem.kind !== 'no-such-ref') return code
  return fail({ kind: 'empty-repository', owner: repository.owner, name: repository.name })
}

async function resolveCode(
  api: Api,
  repository: Repository,
  { segments, lines }: { segments: string[]; lines?: LineRange },
  options: CallOptions,
): Promise<Outcome<ResolvedCode>> {
  const { owner, name, defaultBranch } = repository
  const [first, ...rest] = segments
  const named = first === 'HEAD' ? ['refs', 'heads', ...defaultBranch.split('/'), ...rest] : segments
  const found = await findRef(api, repository, named, options)
  if (!found.ok) return found
  const { ref, sha, path } = found.value
  return succeed({ kind: 'code', repository, pin: { owner, name, sha }, ref, path, ...(lines && { lines }) })
}

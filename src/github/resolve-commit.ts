import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { changedFiles } from './changed-files.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { Repository } from './repository.ts'
import type { ResolvedCommit } from './resolved.ts'

// GitHub lists up to 300 files of a commit a page: https://docs.github.com/en/rest/commits/commits#get-a-commit
const FILES_PER_PAGE = 300
const answer = z.object({
  sha: z.string(),
  parents: z.array(z.object({ sha: z.string() })),
  files: changedFiles.default([]),
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string().optional(), date: z.string().optional() }).nullish(),
  }),
})

/** Reads one commit with its changed files. */
export async function resolveCommit(
  api: Api,
  repository: Repository,
  sha: string,
  { maxFiles, signal }: CallOptions & { maxFiles: number },
): Promise<Outcome<ResolvedCommit>> {
  const { owner, name } = repository
  const found = await ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/commits/{ref}',
    params: { ref: sha },
    schema: answer,
    keep: sha.length === 40 ? 'immutable' : 'changing',
    missing: { kind: 'no-such-commit', owner, name, sha },
    signal,
  })
  if (!found.ok) return found
  const { parents, files, commit } = found.value
  return succeed({
    kind: 'commit',
    repository,
    pin: { owner, name, sha: found.value.sha },
    parents: parents.map((parent) => ({ owner, name, sha: parent.sha })),
    message: commit.message,
    author: commit.author?.name ?? '',
    date: commit.author?.date ?? '',
    files: files.slice(0, maxFiles),
    filesTruncated: files.length > maxFiles || files.length >= FILES_PER_PAGE,
  })
}

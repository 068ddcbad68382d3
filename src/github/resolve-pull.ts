import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { changedFiles } from './changed-files.ts'
import type { ChangedFile } from './changed-files.ts'
import { MAX_COMPARED_FILES, readComparison } from './resolve-compare.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { Repository } from './repository.ts'
import type { ResolvedPull } from './resolved.ts'

const FILES_PER_PAGE = 100
const side = z.object({ sha: z.string(), ref: z.string() })
const answer = z.object({
  number: z.number(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().default(false),
  merged: z.boolean().default(false),
  changed_files: z.number(),
  user: z.object({ login: z.string() }).nullish(),
  base: side,
  head: side,
})

type PullOptions = CallOptions & { maxFiles: number }

/** Reads a pull request with its changed files, up to `maxFiles`. */
export async function resolvePull(
  api: Api,
  repository: Repository,
  number: number,
  options: PullOptions,
): Promise<Outcome<ResolvedPull>> {
  const { owner, name } = repository
  const found = await ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    params: { pull_number: number },
    schema: answer,
    keep: 'changing',
    missing: { kind: 'no-such-pull', owner, name, number },
    signal: options.signal,
  })
  if (!found.ok) return found
  const pull = found.value
  const listed = await readChanges(api, repository, pull, options)
  if (!listed.ok) return listed
  const { files, mergeBase } = listed.value
  return succeed({
    kind: 'pull',
    repository,
    number,
    title: pull.title,
    body: pull.body ?? '',
    author: pull.user?.login ?? '',
    state: pull.merged ? 'merged' : pull.state,
    draft: pull.draft,
    // The head of a fork is readable through the base repository, even after the fork is gone.
    base: { owner, name, ...pull.base },
    head: { owner, name, ...pull.head },
    mergeBase: mergeBase === undefined ? undefined : { owner, name, sha: mergeBase },
    changedFiles: pull.changed_files,
    files,
    filesTruncated: files.length < pull.changed_files,
  })
}

type Changes = { files: ChangedFile[]; mergeBase?: string }

/** One comparison of two commits, which is asked once for ever, says all of a change that is not too large for it. */
async function readChanges(
  api: Api,
  repository: Repository,
  pull: z.infer<typeof answer>,
  options: PullOptions,
): Promise<Outcome<Changes>> {
  if (Math.min(pull.changed_files, options.maxFiles) <= MAX_COMPARED_FILES) {
    const compared = await readComparison(api, repository, { base: pull.base.sha, head: pull.head.sha }, options)
    if (compared.ok)
      return succeed({
        files: compared.value.files.slice(0, options.maxFiles),
        mergeBase: compared.value.merge_base_commit.sha,
      })
    if (compared.problem.kind !== 'no-such-comparison') return compared
  }
  const listed = await listPullFiles(api, repository, pull.number, options)
  return listed.ok ? succeed({ files: listed.value }) : listed
}

async function listPullFiles(
  api: Api,
  { owner, name }: Repository,
  number: number,
  { maxFiles, signal }: PullOptions,
): Promise<Outcome<ChangedFile[]>> {
  const files: ChangedFile[] = []
  for (let page = 1; files.length < maxFiles; page++) {
    const found = await ask(
      api,
      { owner, name },
      {
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
        params: { pull_number: number, per_page: FILES_PER_PAGE, page },
        schema: changedFiles,
        keep: 'changing',
        missing: { kind: 'no-such-pull', owner, name, number },
        signal,
      },
    )
    if (!found.ok) return found
    files.push(...found.value)
    if (found.value.length < FILES_PER_PAGE) break
  }
  return succeed(files.slice(0, maxFiles))
}

import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { changedFiles } from './changed-files.ts'
import type { ChangedFile } from './changed-files.ts'
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

/** Reads a pull request with its changed files, page by page up to `maxFiles`. */
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
  const listed = await listPullFiles(api, repository, number, options)
  if (!listed.ok) return listed
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
    changedFiles: pull.changed_files,
    files: listed.value,
    filesTruncated: listed.value.length < pull.changed_files,
  })
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

import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { changedFiles } from './changed-files.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { Repository } from './repository.ts'
import type { ResolvedCompare } from './resolved.ts'
import type { CompareSide } from './target.ts'

// A comparison lists at most 300 files, all on the first page, and commits oldest first:
// https://docs.github.com/en/rest/commits/commits#compare-two-commits
export const MAX_COMPARED_FILES = 300
const COMMITS_PER_PAGE = 100
const commits = z.array(z.object({ sha: z.string() }))
const answer = z.object({
  base_commit: z.object({ sha: z.string() }),
  merge_base_commit: z.object({ sha: z.string() }),
  total_commits: z.number(),
  commits,
  files: changedFiles.default([]),
})

type Sides = { base: string; head: string }
type Page = Sides & { page: number; keep: 'changing' | 'immutable' }

/** The first page of what one commit adds since it left another, both named whole: it never changes. */
export function readComparison(
  api: Api,
  repository: Repository,
  sides: Sides,
  options: CallOptions,
): Promise<Outcome<z.infer<typeof answer>>> {
  return readPage(api, repository, { ...sides, page: 1, keep: 'immutable' }, options)
}

/** Reads what `head` adds since it left `base`; without a base, the default branch. */
export async function resolveCompare(
  api: Api,
  repository: Repository,
  compared: { base?: CompareSide; head: CompareSide },
  options: CallOptions & { maxFiles: number },
): Promise<Outcome<ResolvedCompare>> {
  const { owner, name } = repository
  const sides = { base: writeSide(compared.base ?? { ref: repository.defaultBranch }), head: writeSide(compared.head) }
  const first = await readPage(api, repository, { ...sides, page: 1, keep: 'changing' }, options)
  if (!first.ok) return first
  const { base_commit, merge_base_commit, total_commits, files } = first.value
  const lastPage = Math.ceil(total_commits / COMMITS_PER_PAGE)
  const last =
    lastPage > 1 ? await readPage(api, repository, { ...sides, page: lastPage, keep: 'changing' }, options) : first
  if (!last.ok) return last
  // With no commit of its own, the head is what both sides share.
  const headSha = last.value.commits.at(-1)?.sha ?? merge_base_commit.sha
  return succeed({
    kind: 'compare',
    repository,
    base: { owner, name, sha: base_commit.sha },
    head: { owner, name, sha: headSha },
    mergeBase: { owner, name, sha: merge_base_commit.sha },
    commits: total_commits,
    files: files.slice(0, options.maxFiles),
    filesTruncated: files.length > options.maxFiles || files.length >= MAX_COMPARED_FILES,
  })
}

function writeSide({ ref, owner }: CompareSide): string {
  return owner ? `${owner}:${ref}` : ref
}

function readPage(
  api: Api,
  repository: Repository,
  { base, head, page, keep }: Page,
  { signal }: CallOptions,
): Promise<Outcome<z.infer<typeof answer>>> {
  const { owner, name } = repository
  return ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    params: { basehead: `${base}...${head}`, per_page: COMMITS_PER_PAGE, page },
    schema: answer,
    keep,
    missing: { kind: 'no-such-comparison', owner, name, base, head },
    signal,
  })
}

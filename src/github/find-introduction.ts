import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { changedFiles } from './changed-files.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { RepositoryRef } from './target.ts'

/** The commit that brought a change, and the pull request it came with. */
export type Introduction = { sha: string; pull?: number }

export type IntroductionQuestion = {
  /** The last commit without it, and one with it. */
  good: string
  bad: string
  path: string
  /** The line it is about; empty when it is not about one. */
  quote: string
}

/** Commits of one file that are looked into; the whole question costs at most this and three requests. */
const MAX_CANDIDATES = 4
const MAX_COMPARED = 100

const commits = z.array(z.object({ sha: z.string() }))
const comparison = z.object({ total_commits: z.number(), commits })
const commit = z.object({ files: changedFiles.default([]) })
const pulls = z.array(z.object({ number: z.number(), merged_at: z.string().nullish() }))

/** Finds the one commit after `good` that can have changed a file so; undefined when there is none or more than one. */
export async function findIntroduction(
  api: Api,
  repository: RepositoryRef,
  question: IntroductionQuestion,
  options: CallOptions = {},
): Promise<Outcome<Introduction | undefined>> {
  const found = await findCommit(api, repository, question, options)
  if (!found.ok || found.value === undefined) return found.ok ? succeed(undefined) : found
  const sha = found.value
  const pull = await findPull(api, repository, sha, options)
  return succeed({ sha, ...(pull.ok && pull.value !== undefined ? { pull: pull.value } : {}) })
}

async function findCommit(
  api: Api,
  repository: RepositoryRef,
  question: IntroductionQuestion,
  options: CallOptions,
): Promise<Outcome<string | undefined>> {
  const compared = await compare(api, repository, question, options)
  if (!compared.ok) return compared
  const { total_commits, commits: between } = compared.value
  if (total_commits === 1) return succeed(between[0]?.sha)
  if (total_commits === 0 || total_commits > MAX_COMPARED) return succeed(undefined)
  const touching = await listTouching(api, repository, question, options)
  if (!touching.ok) return touching
  const shas = new Set(between.map(({ sha }) => sha))
  const candidates = touching.value.map(({ sha }) => sha).filter((sha) => shas.has(sha))
  if (candidates.length <= 1) return succeed(candidates[0])
  if (candidates.length > MAX_CANDIDATES || question.quote === '') return succeed(undefined)
  return findAdding(api, repository, candidates, question, options)
}

/** The newest commit that added the line is the one that stands now. */
async function findAdding(
  api: Api,
  repository: RepositoryRef,
  candidates: readonly string[],
  { path, quote }: IntroductionQuestion,
  options: CallOptions,
): Promise<Outcome<string | undefined>> {
  for (const sha of candidates) {
    const read = await readCommit(api, repository, sha, options)
    if (!read.ok) return read
    const patch = read.value.files.find((file) => file.path === path)?.patch
    if (patch?.split('\n').some((line) => line.startsWith('+') && line.slice(1).trim().startsWith(quote)))
      return succeed(sha)
  }
  return succeed(undefined)
}

function compare(
  api: Api,
  repository: RepositoryRef,
  { good, bad }: IntroductionQuestion,
  { signal }: CallOptions,
): Promise<Outcome<z.infer<typeof comparison>>> {
  const { owner, name } = repository
  return ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    params: { basehead: `${good}...${bad}`, per_page: MAX_COMPARED, page: 1 },
    schema: comparison,
    keep: 'immutable',
    missing: { kind: 'no-such-comparison', owner, name, base: good, head: bad },
    signal,
  })
}

/** https://docs.github.com/en/rest/commits/commits#list-commits, newest first. */
function listTouching(
  api: Api,
  repository: RepositoryRef,
  { bad, path }: IntroductionQuestion,
  { signal }: CallOptions,
): Promise<Outcome<z.infer<typeof commits>>> {
  const { owner, name } = repository
  return ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/commits',
    params: { sha: bad, path, per_page: MAX_CANDIDATES + 1 },
    schema: commits,
    keep: 'immutable',
    missing: { kind: 'no-such-commit', owner, name, sha: bad },
    signal,
  })
}

function readCommit(
  api: Api,
  repository: RepositoryRef,
  sha: string,
  { signal }: CallOptions,
): Promise<Outcome<z.infer<typeof commit>>> {
  const { owner, name } = repository
  return ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/commits/{ref}',
    params: { ref: sha },
    schema: commit,
    keep: 'immutable',
    missing: { kind: 'no-such-commit', owner, name, sha },
    signal,
  })
}

/** https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit */
async function findPull(
  api: Api,
  repository: RepositoryRef,
  sha: string,
  { signal }: CallOptions,
): Promise<Outcome<number | undefined>> {
  const { owner, name } = repository
  const listed = await ask(api, repository, {
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/pulls',
    params: { ref: sha, per_page: 10 },
    schema: pulls,
    keep: 'changing',
    missing: { kind: 'no-such-commit', owner, name, sha },
    signal,
  })
  if (!listed.ok) return listed
  return succeed(listed.value.find(({ merged_at }) => merged_at)?.number ?? listed.value[0]?.number)
}

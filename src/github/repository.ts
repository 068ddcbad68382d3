import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { RepositoryRef } from './target.ts'

/** A repository under its present name, which may differ from the one asked for when it was renamed. */
export type Repository = {
  owner: string
  name: string
  private: boolean
  defaultBranch: string
  htmlUrl: string
  archived: boolean
  sizeKb: number
}

const answer = z.object({
  name: z.string(),
  owner: z.object({ login: z.string() }),
  private: z.boolean(),
  default_branch: z.string(),
  archived: z.boolean().default(false),
  size: z.number().default(0),
})

/** Reads a repository's facts, following renames; unknown and forbidden are the same problem, `not-found`. */
export async function readRepository(
  api: Api,
  ref: RepositoryRef,
  { signal }: CallOptions = {},
): Promise<Outcome<Repository>> {
  const found = await ask(api, ref, {
    route: 'GET /repos/{owner}/{repo}',
    schema: answer,
    keep: 'changing',
    missing: { kind: 'not-found', owner: ref.owner, name: ref.name },
    signal,
  })
  if (!found.ok) return found
  const { name, archived, size } = found.value
  const owner = found.value.owner.login
  return succeed({
    owner,
    name,
    private: found.value.private,
    defaultBranch: found.value.default_branch,
    htmlUrl: `${api.hosts.webOrigin}/${owner}/${name}`,
    archived,
    sizeKb: size,
  })
}

/** What a user may do in a repository. */
export type Permission = z.infer<typeof permission>
const permission = z.enum(['admin', 'write', 'read', 'none'])

/** What a GitHub user may do in a repository, for deciding whose question may be answered from it; ask it fresh. */
export async function readPermission(
  api: Api,
  ref: RepositoryRef,
  login: string,
  { signal }: CallOptions = {},
): Promise<Outcome<Permission>> {
  const found = await ask(api, ref, {
    route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    params: { username: login },
    schema: z.object({ permission }),
    keep: 'fresh',
    missing: { kind: 'not-found', owner: ref.owner, name: ref.name },
    signal,
  })
  return found.ok ? succeed(found.value.permission) : found
}

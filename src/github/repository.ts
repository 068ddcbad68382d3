import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { RepositoryRef } from './target.ts'

/** A repository under its present name, which may differ from the one asked for when it was renamed. */
export type Repository = {
  id: number
  owner: string
  name: string
  private: boolean
  defaultBranch: string
  htmlUrl: string
  archived: boolean
  sizeKb: number
}

const answer = z.object({
  id: z.number(),
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
  const question = { schema: answer, keep: 'changing', missing: missing(ref), signal } as const
  const found = await ask(api, ref, { ...question, route: 'GET /repos/{owner}/{repo}' })
  if (!found.ok) return found
  const repository = toRepository(api, found.value)
  await meet(api, repository, ref, { signal })
  return succeed(repository)
}

/** Tells of a repository's present name; those that had it before are looked for by id. */
async function meet(api: Api, repository: Repository, askedFor: RepositoryRef, options: CallOptions): Promise<void> {
  const known = await api.names?.meet({
    id: repository.id,
    fullName: fullNameOf(repository),
    askedFor: fullNameOf(askedFor),
  })
  if (!known?.changed) return
  api.trees.clear()
  await api.snapshots.clear()
  for (const id of known.displaced) {
    const displaced = await readById(api, repository, id, options)
    if (displaced.ok) await meet(api, displaced.value, displaced.value, options)
  }
}

/** Asked with the identity that reads `neighbour`: nobody knows the owner yet. */
async function readById(
  api: Api,
  neighbour: RepositoryRef,
  id: number,
  { signal }: CallOptions,
): Promise<Outcome<Repository>> {
  const identity = await api.credentials.forRepository(neighbour, { signal })
  if (!identity.ok) return identity
  const found = await api.requests.ask(identity.value, {
    route: 'GET /repositories/{id}',
    params: { id },
    schema: answer,
    keep: 'fresh',
    missing: missing(neighbour),
    signal,
  })
  return found.ok ? succeed(toRepository(api, found.value)) : found
}

function toRepository({ hosts }: Api, found: z.infer<typeof answer>): Repository {
  const { id, name, private: isPrivate, default_branch: defaultBranch, archived, size: sizeKb } = found
  const owner = found.owner.login
  const htmlUrl = `${hosts.webOrigin}/${owner}/${name}`
  return { id, owner, name, private: isPrivate, defaultBranch, htmlUrl, archived, sizeKb }
}

const missing = ({ owner, name }: RepositoryRef) => ({ kind: 'not-found', owner, name }) as const

/** `owner/name`, as people write it. */
export function fullNameOf({ owner, name }: RepositoryRef): string {
  return `${owner}/${name}`
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
    missing: missing(ref),
    signal,
  })
  return found.ok ? succeed(found.value.permission) : found
}

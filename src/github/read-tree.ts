import * as z from 'zod'
import { ask } from './api.ts'
import type { Api } from './api.ts'
import { buildFileTree } from './file-tree.ts'
import type { FileTree } from './file-tree.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { Pin } from './target.ts'

const answer = z.object({
  truncated: z.boolean(),
  tree: z.array(
    z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string(), size: z.number().optional() }),
  ),
})

type Place = { sha: string; under: string; recursive: boolean }

/** Reads a commit's whole tree, or as much of it as GitHub lists. */
export async function readWholeTree(api: Api, pin: Pin, options: CallOptions): Promise<Outcome<FileTree>> {
  const key = `${pin.owner}/${pin.name}@${pin.sha}`
  const known = api.trees.get(key)
  if (known) return succeed(known)
  const read = await readTree(api, pin, { sha: pin.sha, under: '', recursive: true }, options)
  if (read.ok) api.trees.set(key, read.value)
  return read
}

/** Reads everything below one folder whose tree sha is known. */
export async function readFolder(
  api: Api,
  pin: Pin,
  folder: { sha: string; path: string },
  options: CallOptions,
): Promise<Outcome<FileTree>> {
  return readTree(api, pin, { sha: folder.sha, under: folder.path, recursive: true }, options)
}

/** Reads one folder's own level by walking down to it, for trees too large to list; undefined when there is none. */
export async function walkToFolder(
  api: Api,
  pin: Pin,
  folder: string,
  options: CallOptions,
): Promise<Outcome<FileTree | undefined>> {
  let level = await readTree(api, pin, { sha: pin.sha, under: '', recursive: false }, options)
  const segments = folder.split('/').filter(Boolean)
  for (const depth of segments.keys()) {
    if (!level.ok) return level
    const under = segments.slice(0, depth + 1).join('/')
    const sha = level.value.folders.get(under)
    if (sha === undefined) return succeed(undefined)
    level = await readTree(api, pin, { sha, under, recursive: false }, options)
  }
  return level
}

async function readTree(api: Api, pin: Pin, place: Place, { signal }: CallOptions): Promise<Outcome<FileTree>> {
  const found = await ask(api, pin, {
    route: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    params: { tree_sha: place.sha, ...(place.recursive && { recursive: '1' }) },
    schema: answer,
    keep: 'immutable',
    missing: { kind: 'no-such-commit', owner: pin.owner, name: pin.name, sha: pin.sha },
    signal,
  })
  if (!found.ok) return found
  return succeed(buildFileTree(place.under, found.value.tree, found.value.truncated))
}

import type { FlatEntry, GitStore } from './git-store.ts'
import { diffLines } from './line-diff.ts'

const MAX_PATCH_LENGTH = 200_000

export type FileChange = {
  sha: string
  filename: string
  status: 'added' | 'removed' | 'modified' | 'renamed'
  additions: number
  deletions: number
  changes: number
  patch?: string
  previous_filename?: string
}

/** The files that differ between two commits, in path order, as GitHub lists them; unchanged moves are renames. */
export function listChanges(store: GitStore, from: string | undefined, to: string): FileChange[] {
  const before = store.filesOf(from)
  const after = store.filesOf(to)
  const removed = [...before].filter(([path]) => !after.has(path))
  const moved = new Map<string, string>()
  for (const [path, { sha }] of after) {
    const source = before.has(path) ? undefined : removed.find(([old, entry]) => entry.sha === sha && !moved.has(old))
    if (source) moved.set(source[0], path)
  }
  const sources = new Map([...moved].map(([old, path]) => [path, old]))
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => !moved.has(path)).sort()
  return paths.flatMap((path) => describeChange(store, path, { before, after, source: sources.get(path) }))
}

type Sides = { before: Map<string, FlatEntry>; after: Map<string, FlatEntry>; source: string | undefined }

function describeChange(store: GitStore, path: string, { before, after, source }: Sides): FileChange[] {
  const old = before.get(source ?? path)
  const current = after.get(path)
  if (old?.sha === current?.sha && old?.mode === current?.mode && !source) return []
  const status = source ? 'renamed' : nameStatus(old, current)
  const { additions, deletions, patch } = diffBlobs(
    store.blobs.get(old?.sha ?? ''),
    store.blobs.get(current?.sha ?? ''),
  )
  const sha = current?.sha ?? old?.sha ?? ''
  const counts = { additions, deletions, changes: additions + deletions }
  const named = { sha, filename: path, status, ...counts, ...(source && { previous_filename: source }) }
  return [{ ...named, ...(patch !== undefined && patch.length <= MAX_PATCH_LENGTH && { patch }) }]
}

function nameStatus(old: FlatEntry | undefined, current: FlatEntry | undefined): FileChange['status'] {
  if (!old) return 'added'
  return current ? 'modified' : 'removed'
}

function diffBlobs(before: Buffer = Buffer.alloc(0), after: Buffer = Buffer.alloc(0)) {
  if (before.includes(0) || after.includes(0)) return { additions: 0, deletions: 0, patch: undefined }
  return diffLines(before.toString('utf8'), after.toString('utf8'))
}

import { createHash } from 'node:crypto'

/** A decision here as its file would read now; `path` when both sides have agreed on one. */
export interface LocalFile {
  decisionId: string
  path: string | undefined
  /** Written with the number its path has, or for a new one without any. */
  text: string
}

/** What both sides last agreed on. */
export interface SyncedFile {
  path: string
  decisionId: string
  /** Of the file there. */
  contentHash: string
  /** Of what the decision was written as here. */
  renderedHash: string
}

/** What is to be done with one file. Every local decision and every file of the repository appears exactly once. */
export type SyncStep =
  | { kind: 'new-there'; path: string; text: string }
  | { kind: 'new-here'; decisionId: string }
  | { kind: 'unchanged'; decisionId: string; path: string }
  | { kind: 'changed-here'; decisionId: string; path: string }
  | { kind: 'changed-there'; decisionId: string; path: string; text: string }
  | { kind: 'conflict'; decisionId: string; path: string; text: string }
  | { kind: 'gone-there'; decisionId: string; path: string; changedHere: boolean }

/** A file's content as compared in a sync; line ends and a byte order mark make no difference. */
export function hashContent(text: string): string {
  return createHash('sha256')
    .update(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
    .digest('hex')
}

/** Compares decisions here with the files of a repository, by what both last agreed on. */
export function planSync(
  local: readonly LocalFile[],
  files: ReadonlyMap<string, string>,
  synced: readonly SyncedFile[],
): SyncStep[] {
  const agreed = new Map(synced.map((file) => [file.decisionId, file]))
  const known = new Set<string>()
  const steps = local.map((file): SyncStep => {
    const last = agreed.get(file.decisionId)
    if (!last) return { kind: 'new-here', decisionId: file.decisionId }
    known.add(last.path)
    return compare(file, last, files.get(last.path))
  })
  const strangers = [...files].filter(([path]) => !known.has(path))
  return [...steps, ...strangers.map(([path, text]): SyncStep => ({ kind: 'new-there', path, text }))]
}

function compare(
  { decisionId, text }: LocalFile,
  { path, contentHash, renderedHash }: SyncedFile,
  there: string | undefined,
): SyncStep {
  const changedHere = hashContent(text) !== renderedHash
  if (there === undefined) return { kind: 'gone-there', decisionId, path, changedHere }
  const changedThere = hashContent(there) !== contentHash
  if (hashContent(there) === hashContent(text) || (!changedHere && !changedThere))
    return { kind: 'unchanged', decisionId, path }
  if (changedHere && changedThere) return { kind: 'conflict', decisionId, path, text: there }
  return changedThere
    ? { kind: 'changed-there', decisionId, path, text: there }
    : { kind: 'changed-here', decisionId, path }
}

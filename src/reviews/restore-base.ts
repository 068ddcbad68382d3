import type { ChangedFile } from '../github/changed-files.ts'
import { undoPatch } from './undo-patch.ts'

/**
 * The texts before a change, made from those after it and the patches. Undefined when a patch of a file that matters is
 * missing or does not fit; any other file, such as a lock file too large for a patch, then stays as it is.
 */
export function restoreBase(
  head: ReadonlyMap<string, string>,
  changed: readonly ChangedFile[],
  matters: (path: string) => boolean,
): ReadonlyMap<string, string> | undefined {
  const base = new Map(head)
  for (const { path } of changed) base.delete(path)
  for (const file of changed) {
    if (file.status === 'added' || file.status === 'copied') continue
    const path = file.previousPath ?? file.path
    const before = textBefore(file, head.get(file.path))
    if (before === undefined && matters(path)) return undefined
    const text = before === undefined ? head.get(file.path) : before
    if (typeof text === 'string') base.set(path, text)
  }
  return base
}

/** Null for what has no text on either side, such as a picture. */
function textBefore(file: ChangedFile, after: string | undefined): string | null | undefined {
  const { status, patch, additions, deletions } = file
  if (patch === undefined) {
    const isSame = additions + deletions === 0
    if (after === undefined) return isSame ? null : undefined
    return isSame ? after : undefined
  }
  if (status === 'removed') return undoPatch('', patch)
  return after === undefined ? null : undoPatch(after, patch)
}

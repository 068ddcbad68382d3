import type { ChangedFile } from './changed-files.ts'
import type { Repository } from './repository.ts'
import type { LineRange, Pin } from './target.ts'

/** A link made exact: every branch and number replaced by the commits it stands for now. */
export type Resolved = ResolvedCode | ResolvedCommit | ResolvedCompare | ResolvedPull

/** A file, a folder, or (with an empty path) a whole repository. Whether the path exists is not asked. */
export type ResolvedCode = {
  kind: 'code'
  repository: Repository
  pin: Pin
  ref: string
  path: string
  lines?: LineRange
}

/** `filesTruncated` when GitHub, or the limit asked for, left changed files out. */
type Change = { repository: Repository; files: ChangedFile[]; filesTruncated: boolean }

export type ResolvedCommit = Change & {
  kind: 'commit'
  pin: Pin
  parents: Pin[]
  message: string
  author: string
  date: string
}

/** The files changed between `mergeBase` and `head`. A fork's commits are read through the repository compared in. */
export type ResolvedCompare = Change & { kind: 'compare'; base: Pin; head: Pin; mergeBase: Pin; commits: number }

export type ResolvedPull = Change & {
  kind: 'pull'
  number: number
  title: string
  body: string
  author: string
  state: 'open' | 'closed' | 'merged'
  draft: boolean
  base: Pin & { ref: string }
  head: Pin & { ref: string }
  /** The commit the files were compared with; undefined when only the list of files was read. */
  mergeBase: Pin | undefined
  changedFiles: number
}

/** What was found, or a ready sentence saying why not. */
export type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string }

interface FileText {
  readonly text: string
  /** The file's page at the commit that is being read; a `#L1-L9` can be put after it. */
  readonly url?: string
}

export interface CodeHit {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly text: string
  readonly url?: string
}

/**
 * Reads the repositories that are open in this thread, each at the commit its owner pinned. Contract: paths are relative
 * to the repository's root, without `..`; what cannot be read is a sentence, and a method throws only for the unexpected.
 */
export interface RepositoryReader {
  /** As `owner/name`; the model may name one of these and nothing else. */
  readonly repositories: readonly string[]
  /** Every file under a folder, in path order; '' is the root. */
  readonly listFiles: (repository: string, folder: string, signal: AbortSignal) => Promise<Found<readonly string[]>>
  readonly readFile: (repository: string, path: string, signal: AbortSignal) => Promise<Found<FileText>>
  /** Lines that contain all of the words, best first. */
  readonly searchCode: (repository: string, words: string, signal: AbortSignal) => Promise<Found<readonly CodeHit[]>>
}

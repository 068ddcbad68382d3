import { lockfiles } from '../evidence/facts/known-packages.ts'
import { isReadable } from '../evidence/read-folder.ts'
import { classifyContent } from '../github/classify-content.ts'
import type { FileEntry } from '../github/file-tree.ts'
import { type Outcome, succeed } from '../github/outcome.ts'
import { describeCoverage } from '../github/sentences.ts'
import type { SnapshotCoverage } from '../github/snapshot.ts'
import type { Pin } from '../github/target.ts'
import type { CodeHost } from './code-host.ts'
import type { OnProgress } from './narrate.ts'
import type { CodeFile } from './record-files.ts'

/** All files of a commit or folder. */
export interface Texts {
  files: readonly CodeFile[]
  texts: ReadonlyMap<string, string>
  bytes: ReadonlyMap<string, number>
  notice: string | undefined
  /** Other repositories in this one, by their folders. */
  submodules: readonly string[]
  /** False when reading stopped at a limit. */
  isWhole: boolean
}

/** Lock files reach several megabytes, and without one its versions are read wrong. */
const largestFileBytes = 5_000_000
const progressEvery = 250
const vendored = /(^|\/)(node_modules|bower_components|\.yarn)\//
const source = /\.[cm]?[jt]sx?$/i

export interface TextsWanted {
  signal: AbortSignal
  onProgress: OnProgress
  /** The files that matter; every file unless told. */
  named?: readonly string[]
}

/**
 * Reads every file of a commit from its archive; what is no text, and what the archive lacks, is named with the reason.
 * What a repository keeps out of its archives (https://git-scm.com/docs/gitattributes#_export_ignore) may be the very
 * file that says so, so that only a list of all files tells; it is asked for unless the files that matter are there.
 */
export async function readTextsAt(
  host: CodeHost,
  pin: Pin,
  { signal, onProgress, named }: TextsWanted,
): Promise<Outcome<Texts>> {
  const list = () => host.listFiles(pin, { signal })
  const shelf = new TextShelf()
  const [read, early] = await Promise.all([
    shelveArchive(host, pin, shelf, signal, onProgress),
    named ? undefined : list(),
  ])
  if (!read.ok) return read
  const { stoppedBy } = read.value
  const isMissing = named?.some((path) => !shelf.has(path)) ?? false
  const listed = early ?? (stoppedBy || isMissing || shelf.tellsOfMore() ? await list() : undefined)
  if (listed?.ok) nameTheRest(listed.value.files, shelf, stoppedBy ? 'limit' : 'export-ignore')
  return succeed(shelf.finish(describeCoverage(read.value), !stoppedBy))
}

/** Reads every text of a commit from its archive, and says nothing of the rest. */
export async function readTextsAlone(
  host: CodeHost,
  pin: Pin,
  signal: AbortSignal,
): Promise<Outcome<ReadonlyMap<string, string>>> {
  const shelf = new TextShelf()
  const read = await shelveArchive(host, pin, shelf, signal, () => undefined)
  return read.ok ? succeed(shelf.finish(undefined).texts) : read
}

async function shelveArchive(
  host: CodeHost,
  pin: Pin,
  shelf: TextShelf,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Outcome<SnapshotCoverage>> {
  const visit = ({ path, bytes }: { path: string; bytes: Buffer }) => {
    shelf.add(path, bytes)
    if (shelf.size % progressEvery === 0) onProgress({ step: 'fetch', done: shelf.size, total: undefined })
  }
  const read = await host.readSnapshot(pin, visit, { signal, limits: { fileBytes: largestFileBytes } })
  if (read.ok) shelf.addUnread(read.value)
  return read
}

/** What an archive lacks is named as far as GitHub lists it, so that nothing is left out in silence. */
function nameTheRest(listed: readonly FileEntry[], shelf: TextShelf, reason: string): void {
  for (const { path } of listed.filter(({ kind }) => kind === 'submodule')) shelf.leaveSubmodule(path)
  const files = listed.filter(({ kind }) => kind !== 'submodule')
  // As many as there are: those that are named otherwise in the archive are no others.
  if (files.length <= shelf.size) return
  for (const { path, kind } of files)
    if (!shelf.has(path) && isSafeName(path)) shelf.leaveOut(path, kind === 'symlink' ? 'link' : reason)
}

/** A name with a control character was counted as unsafe, and would forge lines. */
function isSafeName(path: string): boolean {
  return !/\p{Cc}/u.test(path)
}

/** Sorts files into texts and what is none. */
export class TextShelf {
  readonly #files = new Map<string, CodeFile>()
  readonly #texts = new Map<string, string>()
  readonly #bytes = new Map<string, number>()
  readonly #submodules: string[] = []

  get size(): number {
    return this.#files.size
  }

  has(path: string): boolean {
    return this.#files.has(path)
  }

  /** Whether a text says that the archive does not hold everything: what is kept out of it, and what is another repository. */
  tellsOfMore(): boolean {
    return [...this.#texts].some(
      ([path, text]) =>
        path === '.gitmodules' || (/(^|\/)\.gitattributes$/.test(path) && /\sexport-ignore\b/.test(text)),
    )
  }

  add(path: string, bytes: Buffer): void {
    this.#bytes.set(path, bytes.length)
    if (vendored.test(path)) return this.leaveOut(path, 'dependencies')
    if (!isReadable(path)) return this.leaveOut(path, 'binary')
    const content = classifyContent(bytes)
    if (content.kind === 'text') return this.#keep(path, content.text)
    // Old code keeps names and remarks in another encoding; all but those reads the same.
    if (content.kind === 'not-utf8' && source.test(path) && !bytes.includes(0))
      return this.#keep(path, bytes.toString('utf8'))
    this.leaveOut(path, { binary: 'binary', 'not-utf8': 'encoding', 'lfs-pointer': 'Git LFS' }[content.kind])
  }

  leaveOut(path: string, reason: string): void {
    this.#files.set(path, { path, unread: reason })
    this.#texts.delete(path)
  }

  leaveSubmodule(path: string): void {
    this.#submodules.push(path)
  }

  leaveTooLarge(path: string): void {
    this.leaveOut(path, 'size')
    // That there is a lock file matters even when it is too large to be read.
    if (path.slice(path.lastIndexOf('/') + 1) in lockfiles) this.#texts.set(path, '')
  }

  addUnread({ skipped: { tooLarge, links, unsafePath } }: SnapshotCoverage): void {
    for (const path of tooLarge) this.leaveTooLarge(path)
    for (const path of links) this.leaveOut(path, 'link')
    // Such a name is not repeated, but the file counts.
    for (let index = 1; index <= unsafePath; index++) this.leaveOut(`(unsafe name ${index})`, 'unsafe name')
  }

  finish(notice: string | undefined, isWhole = true): Texts {
    const paths = [...this.#files.keys()].sort()
    return {
      files: paths.flatMap((path) => this.#files.get(path) ?? []),
      texts: new Map(paths.flatMap((path) => this.#textAt(path))),
      bytes: this.#bytes,
      notice,
      submodules: this.#submodules,
      isWhole,
    }
  }

  #textAt(path: string): [path: string, text: string][] {
    const text = this.#texts.get(path)
    return text === undefined ? [] : [[path, text]]
  }

  #keep(path: string, text: string): void {
    this.#files.set(path, { path, unread: undefined })
    this.#texts.set(path, text)
  }
}

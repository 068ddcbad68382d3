import { succeed } from '../github/outcome.ts'
import type { Outcome } from '../github/outcome.ts'
import type { CodeHost } from './code-host.ts'
import type { OnProgress } from './narrate.ts'
import { readFewTexts } from './read-few-texts.ts'
import { readTextsAlone, readTextsAt, type Texts } from './read-texts.ts'
import type { CodeFile } from './record-files.ts'
import type { ReviewSubject } from './resolve-review.ts'
import { restoreBase } from './restore-base.ts'
import type { ReviewTarget } from './review.ts'

/** The code of a target at its pinned commit. */
export interface ReviewCode {
  /** With the changed files, where GitHub named only some of them. */
  target: ReviewTarget
  /** Every file of the target. */
  files: readonly CodeFile[]
  /** Every file of the commit; undefined when only a part of the repository was listed. */
  all: readonly CodeFile[] | undefined
  /** Texts of the whole repository, by path from its root. */
  texts: ReadonlyMap<string, string>
  /** The same before the change; undefined for code as it is. */
  base: ReadonlyMap<string, string> | undefined
  /** Size of the target's files. */
  bytes: number
  notices: readonly string[]
}

const source = /\.[cm]?[jt]sx?$/

/**
 * Reads the whole repository at the target's commit, and for a change what it was before, in as few requests as can be:
 * none for what was read before. One sentence when it cannot be read. Throws the signal's reason when stopped.
 */
export async function readReviewCode(
  host: CodeHost,
  subject: ReviewSubject,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<ReviewCode | string> {
  const { pin, path } = subject.target
  if (!pin) throw new Error('Only code on GitHub is read from GitHub')
  onProgress({ step: 'fetch', done: 0, total: undefined })
  const read = await readTextsAt(host, pin, { signal, onProgress, ...nameFiles(subject) })
  const isTooLarge = !read.ok && read.problem.kind === 'too-large-repository' && path !== ''
  const found = isTooLarge ? await readFewTexts(host, pin, path, signal, onProgress) : read
  if (!found.ok) return found.problem.sentence
  const head = found.value
  onProgress({ step: 'fetch', done: head.files.length, total: head.files.length })
  const before = await readBase(host, subject, head, signal)
  if (!before.ok) return before.problem.sentence
  const target = withChangedFiles(subject, head.texts, before.value)
  const files = head.files.filter((file) => isInside(target, file.path))
  const submodules = describeSubmodules(head.submodules.filter((folder) => isInside(target, folder)))
  if (files.length === 0 && !target.change)
    return submodules ?? `There is no ${path || 'file'} at that commit. Check the link.`
  const lines = countLines(head.texts.get(path))
  if (target.lines && lines !== undefined && target.lines.start > lines)
    return `${path} has ${lines} ${lines === 1 ? 'line' : 'lines'} at that commit, and the link names lines behind its end. Check the link.`
  return {
    target,
    files,
    all: head.isWhole && !isTooLarge ? head.files : undefined,
    texts: head.texts,
    base: before.value,
    bytes: files.reduce((sum, file) => sum + (head.bytes.get(file.path) ?? 0), 0),
    notices: [head.notice, submodules].filter((notice) => notice !== undefined),
  }
}

/** The files that a change or a link names; nothing where every file is meant. */
function nameFiles({ target: { path, change }, changed }: ReviewSubject): { named?: string[] } {
  if (change) return { named: changed.filter(({ status }) => status !== 'removed').map((file) => file.path) }
  return path === '' ? {} : { named: [path] }
}

function countLines(text: string | undefined): number | undefined {
  return text?.replace(/\n$/, '').split('\n').length
}

const submodulesNamed = 3

function describeSubmodules(folders: readonly string[]): string | undefined {
  if (folders.length === 0) return undefined
  const names = folders.slice(0, submodulesNamed).join(', ')
  const named = folders.length > submodulesNamed ? `${names} and ${folders.length - submodulesNamed} more` : names
  const [what, where] =
    folders.length === 1
      ? ['a submodule', 'the repository it comes from']
      : ['submodules', 'the repositories they come from']
  return `Not read: ${named}, ${what}. Review ${where}.`
}

/** Whether a path belongs to what is reviewed. */
export function isInside({ path, change }: Pick<ReviewTarget, 'path' | 'change'>, file: string): boolean {
  if (change) return change.files.includes(file)
  return path === '' || file === path || file.startsWith(`${path}/`)
}

/** Undoes the patches, which costs no request; reads the base's own archive only when they do not say everything. */
async function readBase(
  host: CodeHost,
  { target: { change }, changed, changedTruncated }: ReviewSubject,
  head: Texts,
  signal: AbortSignal,
): Promise<Outcome<ReadonlyMap<string, string> | undefined>> {
  if (!change) return succeed(undefined)
  const restored = changedTruncated ? undefined : restoreBase(head.texts, changed, (path) => source.test(path))
  if (restored || !change.base) return succeed(restored ?? new Map())
  return readTextsAlone(host, change.base, signal)
}

function withChangedFiles(
  { target, changedTruncated }: ReviewSubject,
  head: ReadonlyMap<string, string>,
  base: ReadonlyMap<string, string> | undefined,
): ReviewTarget {
  if (!target.change || !base || !changedTruncated) return target
  const paths = [...new Set([...head.keys(), ...base.keys()])].filter((path) => head.get(path) !== base.get(path))
  const files = [...new Set([...target.change.files, ...paths])].sort()
  return { ...target, change: { ...target.change, files } }
}

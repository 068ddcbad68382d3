import { succeed } from '../github/outcome.ts'
import type { Outcome } from '../github/outcome.ts'
import type { ProblemFacts } from '../github/problem.ts'
import type { Pin } from '../github/target.ts'
import type { CodeHost } from './code-host.ts'
import type { OnProgress } from './narrate.ts'
import { type Texts, TextShelf } from './read-texts.ts'

/** Each file is a request of its own. */
const mostFiles = 100
const telling = /(^|\/)(package\.json|tsconfig\.json)$|\.[cm]?[jt]sx?$/

/** Why a file has no text. */
const reasons: Partial<Record<ProblemFacts['kind'], string>> = {
  'too-large': 'size',
  binary: 'binary',
  'not-utf8': 'encoding',
  'lfs-pointer': 'Git LFS',
  symlink: 'link',
  submodule: 'link',
}

/** Reads part of a repository whose archive is too large, one file after another, code first and a hundred at most. */
export async function readFewTexts(
  host: CodeHost,
  pin: Pin,
  path: string,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Outcome<Texts>> {
  const listed = await host.listFiles(pin, { path, signal })
  if (!listed.ok) return listed
  const { truncated } = listed.value
  const files = listed.value.files.filter(({ kind }) => kind !== 'submodule')
  const wanted = new Set(files.filter((file) => file.kind === 'file' && telling.test(file.path)).slice(0, mostFiles))
  const shelf = new TextShelf()
  for (const { path: folder, kind } of listed.value.files) if (kind === 'submodule') shelf.leaveSubmodule(folder)
  for (const file of files) {
    if (!wanted.has(file)) {
      shelf.leaveOut(file.path, file.kind === 'symlink' ? 'link' : 'limit')
      continue
    }
    const read = await host.readFile(pin, file.path, { signal })
    if (read.ok) shelf.add(file.path, Buffer.from(read.value.text))
    else {
      const reason = reasons[read.problem.kind]
      // A limit of GitHub, or GitHub away, says nothing of the file: without it the review would only look whole.
      if (reason === undefined) return read
      shelf.leaveOut(file.path, reason)
    }
    onProgress({ step: 'fetch', done: shelf.size, total: files.length })
  }
  const notice = `The repository's archive is too large to be read, so only ${path} was, without the code around it.`
  const more = truncated ? ` ${path} is so large that GitHub does not list all of it.` : ''
  return succeed(shelf.finish(`${notice}${more}`))
}

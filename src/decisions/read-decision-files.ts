import type { GitHub } from '../github/github.ts'
import { succeed } from '../github/outcome.ts'
import type { Outcome } from '../github/outcome.ts'
import type { GitHubProblem } from '../github/problem.ts'
import type { Pin } from '../github/target.ts'
import { Lanes } from '../lib/lanes.ts'
import { findFolders, isDecisionFile, pointerFiles } from './madr/find-folder.ts'

/** A repository's decision files at one commit. */
export interface DecisionFiles {
  pin: Pin
  /** The folder for new ones. */
  folder: string
  files: Map<string, string>
  /** Files that could not be read, each with the reason. */
  unread: { path: string; problem: GitHubProblem }[]
}

type Reader = Pick<GitHub, 'listFiles' | 'readFile'>

/** Finds and reads a repository's decision files at a commit; what cannot be read is told, not left out. */
export async function readDecisionFiles(
  github: Reader,
  pin: Pin,
  signal: AbortSignal,
): Promise<Outcome<DecisionFiles>> {
  const listed = await github.listFiles(pin, { signal })
  if (!listed.ok) return listed
  const paths = listed.value.files.map(({ path }) => path)
  const pointers = await readAll(github, pin, paths.filter(isPointer), signal)
  const folders = findFolders(paths, pointers.files)
  const read = await readAll(
    github,
    pin,
    paths.filter((path) => isDecisionFile(path, folders)),
    signal,
  )
  return succeed({ pin, folder: folders[0] ?? '', ...read })
}

function isPointer(path: string): boolean {
  return pointerFiles.some((name) => name === path)
}

/** So many files are asked for at once: a repository may hold hundreds. */
const readsAtOnce = 6

async function readAll(github: Reader, pin: Pin, paths: readonly string[], signal: AbortSignal) {
  const lanes = new Lanes(readsAtOnce)
  const read = paths.map((path) => lanes.run(() => github.readFile(pin, path, { signal }), signal))
  const files = new Map<string, string>()
  const unread: DecisionFiles['unread'] = []
  for (const [index, file] of (await Promise.all(read)).entries()) {
    const path = paths[index] ?? ''
    if (file.ok) files.set(path, file.value.text)
    else unread.push({ path, problem: file.problem })
  }
  return { files, unread }
}

import picomatch from 'picomatch'
import type { PathGlobs } from './assertion.ts'

const options = { dot: true, nonegate: true } as const

/** Whether a text can stand for paths below a repository's root. */
export function isPathGlob(text: string): boolean {
  const glob = isExclusion(text) ? text.slice(1) : text
  return glob !== '' && !/^\/|^[a-z]:|\\|\n|(^|\/)\.\.(\/|$)/i.test(glob)
}

/** Tells whether a path is meant by globs; no globs mean every path, a folder means everything in it. */
export function matchGlobs(globs: PathGlobs): (path: string) => boolean {
  if (globs.length === 0) return () => true
  const taken = globs.filter((glob) => !isExclusion(glob)).map(compile)
  const left = globs.filter(isExclusion).map((glob) => compile(glob.slice(1)))
  return (path) => taken.some((matches) => matches(path)) && !left.some((matches) => matches(path))
}

/** The folder below which everything lies that the globs can match; empty for the root. */
export function baseOf(glob: string): string {
  return isPlainPath(glob) ? glob.replace(/\/$/, '') : picomatch.scan(glob).base
}

/** Whether a glob takes paths out again; `!(…)` is a pattern of its own. */
export function isExclusion(glob: string): boolean {
  return /^!(?!\()/.test(glob)
}

function isPlainPath(glob: string): boolean {
  return !/[{}[\]*?()]/.test(glob)
}

function compile(glob: string): (path: string) => boolean {
  const bare = glob.replace(/\/$/, '')
  if (!isPlainPath(glob)) return picomatch(bare, options)
  return (path) => path === bare || path.startsWith(`${bare}/`)
}

import type { CodeFacts } from '../../evidence/report/code-facts.ts'
import { isReadable } from '../../evidence/read-folder.ts'
import type { PathGlobs } from './assertion.ts'
import { baseOf, isExclusion, matchGlobs } from './path-globs.ts'

/** What was read of a repository at a commit; every path is relative to the root of the repository. */
export interface ReadCode {
  texts: ReadonlyMap<string, string>
  facts: CodeFacts
  /** Every path of the commit, when the whole tree was listed; without it, what was not read may be there or not. */
  paths?: ReadonlySet<string>
  /** The folder that was read, when it was not the whole repository. */
  folder?: string
}

/** Why not every text that globs can match was read; undefined when all were. */
export function whyNotRead(code: ReadCode, globs: PathGlobs): string | undefined {
  const outside = whyOutside(code, globs)
  if (outside) return outside
  const matches = matchGlobs(globs)
  const missing = [...(code.paths ?? [])].find((path) => matches(path) && isReadable(path) && !code.texts.has(path))
  return missing && `${missing} was not read`
}

/** Why not every source file that globs can match was parsed; undefined when all were. */
export function whyNotParsed(code: ReadCode, globs: PathGlobs): string | undefined {
  const unread = whyNotRead(code, globs)
  if (unread) return unread
  const matches = matchGlobs(globs)
  const cut = code.facts.notParsed.find(({ path }) => matches(path))
  if (cut) return `${cut.path} was not parsed: ${cut.reason}`
  const foreign = [...code.texts.keys()].find((path) => matches(path) && hasForeignCode(path))
  return foreign && `${foreign} is in a language that is not parsed`
}

/** Why globs reach beyond what was read; undefined when they do not. */
export function whyOutside({ folder }: ReadCode, globs: PathGlobs): string | undefined {
  if (!folder) return undefined
  const bases = globs.length === 0 ? [''] : globs.filter((glob) => !isExclusion(glob)).map(baseOf)
  const isInside = bases.every((base) => base === folder || base.startsWith(`${folder}/`))
  return isInside ? undefined : `only ${folder} was read`
}

/** Files that hold imports and calls the parser does not see. */
function hasForeignCode(path: string): boolean {
  return /\.(vue|svelte|astro|mdx|coffee)$/.test(path)
}

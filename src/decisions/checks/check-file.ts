import { isReadable } from '../../evidence/read-folder.ts'
import type { AssertionOf } from './assertion.ts'
import { broken, type CheckOutcome, holds, unknown } from './outcome.ts'
import { baseOf, matchGlobs } from './path-globs.ts'
import { type ReadCode, whyOutside } from './read-code.ts'

/** A file, or any file that a glob matches, is there or not. */
export function checkFile({ path, state }: AssertionOf<'file'>, code: ReadCode): CheckOutcome {
  const matches = matchGlobs([path])
  const found = [...(code.paths ?? code.texts.keys())].filter(matches)
  if (found.length > 0) {
    if (state === 'present') return holds
    return broken(found.map((there) => ({ path: there, quote: '', says: 'it is there' })))
  }
  const reason = whyOutside(code, [path]) ?? whyUnseen(path, code)
  if (reason) return unknown(reason)
  return state === 'absent' ? holds : broken([{ path, quote: '', says: 'it is not there' }])
}

/** Without a list of all paths, only texts are seen; the end of a path tells whether it can be anything else. */
function whyUnseen(glob: string, { paths }: ReadCode): string | undefined {
  const name = glob.slice(glob.lastIndexOf('/') + 1)
  const hasPlainEnd = /\.\w+$/.test(name) || !/[*?)\]}]$/.test(name)
  const isText = hasPlainEnd && isReadable(glob) && !glob.endsWith('/')
  // Folders of dependencies and caches are in no list.
  const isListed = paths !== undefined && isReadable(`${baseOf(glob)}/file`)
  return isText || isListed ? undefined : `the files that ${glob} can mean were not all listed`
}

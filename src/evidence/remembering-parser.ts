import type { Parse } from './codebase.ts'
import { parseFile, type ParseOutcome, type Place } from './parse/parse-file.ts'
import type { SourceFile } from './parse/source-file.ts'

type Remembered = { text: string; place: Place; outcome: ParseOutcome; bytes: number }

/** About what the trees of one codebase may take to be kept for the next run. */
export const treesLimitBytes = 400_000_000

/**
 * A parser that remembers the last text of each path with its outcome, so that a second run parses only what changed.
 * Keeps at most about `limitBytes` (default `treesLimitBytes`), dropping what was not asked for longest.
 */
export function createRememberingParser(limitBytes = treesLimitBytes): Parse {
  const known = new Map<string, Remembered>()
  let bytes = 0
  const forget = (path: string) => {
    const before = known.get(path)
    if (before) bytes -= before.bytes
    known.delete(path)
  }
  const dropOldest = () => {
    for (const oldest of known.keys()) {
      if (bytes <= limitBytes) break
      forget(oldest)
    }
  }
  return (path, text, place) => {
    const before = known.get(path)
    const isSame = before?.text === text && before.place === place
    const after = isSame ? before : remember(text, place, parseFile(path, text, place))
    forget(path)
    known.set(path, after)
    bytes += after.bytes
    if (bytes > limitBytes) dropOldest()
    return after.outcome
  }
}

function remember(text: string, place: Place, outcome: ParseOutcome): Remembered {
  return { text, place, outcome, bytes: 'file' in outcome ? treeBytes(outcome.file) : text.length }
}

/** As measured: a tree takes 40 bytes for each character it was read from. */
export function treeBytes({ text, outline }: SourceFile): number {
  return text.length * (outline ? 1 : 40)
}

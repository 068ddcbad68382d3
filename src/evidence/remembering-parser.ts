import type { Parse } from './codebase.ts'
import { parseFile, type ParseOutcome } from './parse/parse-file.ts'

/**
 * A parser that remembers the last text of each path with its outcome, so that a second run parses only what changed.
 * Keeps texts of at most `limit` characters, dropping those not asked for longest; a tree takes about 40 bytes for each.
 */
export function createRememberingParser(limit = 12_000_000): Parse {
  const known = new Map<string, { text: string; outcome: ParseOutcome }>()
  let characters = 0
  const forget = (path: string) => {
    characters -= known.get(path)?.text.length ?? 0
    known.delete(path)
  }
  return (path, text, kind) => {
    const before = known.get(path)
    const outcome = before?.text === text ? before.outcome : parseFile(path, text, kind)
    forget(path)
    known.set(path, { text, outcome })
    characters += text.length
    for (const oldest of known.keys()) {
      if (characters <= limit) break
      forget(oldest)
    }
    return outcome
  }
}

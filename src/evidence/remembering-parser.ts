import { createHash } from 'node:crypto'
import type { Parse } from './codebase.ts'
import { parseFile, type ParseOutcome } from './parse/parse-file.ts'

/**
 * A parser that remembers what it parsed by path and content, so that a second run parses only what changed.
 * Keeps at most `limit` files, dropping those not asked for longest.
 */
export function createRememberingParser(limit = 5000): Parse {
  const known = new Map<string, ParseOutcome>()
  return (path, text) => {
    const key = `${path}\n${createHash('sha1').update(text).digest('base64')}`
    const before = known.get(key)
    const outcome = before ?? parseFile(path, text)
    known.delete(key)
    known.set(key, outcome)
    if (known.size > limit) {
      const oldest = known.keys().next()
      if (!oldest.done) known.delete(oldest.value)
    }
    return outcome
  }
}

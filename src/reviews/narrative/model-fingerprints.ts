import { createHash } from 'node:crypto'
import { plainLine } from '../../evidence/plain-line.ts'
import type { ReviewArea } from '../review.ts'

export interface QuotedPlace {
  readonly area: ReviewArea
  readonly quote: string
  readonly text: string
  readonly line: number
}

/**
 * Gives findings of a model fingerprints that hold across moves, renames and reformatting. A model quotes the same
 * problem a line longer or shorter the next time, so any line of the quote that is already known decides.
 */
export function createModelFingerprints(known: ReadonlySet<string>): (place: QuotedPlace) => string {
  const given = new Set<string>()
  return ({ area, quote, text, line }) => {
    const symbol = findSymbol(text, line)
    const rows = quote
      .split('\n')
      .map(plainLine)
      .filter((row) => row.length > 3)
    const decisive = rows.reduce((longest, row) => (row.length > longest.length ? row : longest), '')
    const candidates = rows.map((row) => hash([area, symbol, row]))
    const remembered = candidates.find((candidate) => known.has(candidate) && !given.has(candidate))
    let fingerprint = remembered ?? hash([area, symbol, decisive])
    for (let count = 1; given.has(fingerprint); count += 1) fingerprint = hash([area, symbol, decisive, String(count)])
    given.add(fingerprint)
    return fingerprint
  }
}

function hash(parts: readonly string[]): string {
  return createHash('sha256')
    .update(['model', ...parts].join('\n'))
    .digest('hex')
    .slice(0, 32)
}

const declaration =
  /^\s*(?:export\s+)?(?:default\s+)?(?:(?:public|private|protected|static|async|override|readonly)\s+)*(?:function\s*\*?\s*([\w$]+)|(?:const|let|var)\s+([\w$]+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\(|[\w$]+\s*=>|function)|class\s+([\w$]+)|(?!if|for|while|switch|catch|return|function\b)([\w$#]+)\s*\([^;]*\{\s*$)/

/** The name of the nearest function, method or class that begins at or above a line with less indentation. */
function findSymbol(text: string, line: number): string {
  const rows = text.split(/\r\n|\n|\r/).slice(0, line)
  let limit = Infinity
  for (const row of rows.toReversed()) {
    if (row.trim() === '') continue
    const indent = row.length - row.trimStart().length
    if (indent >= limit) continue
    const match = declaration.exec(row.slice(0, 400))
    const name = match?.slice(1).find(Boolean)
    if (name) return name
    limit = Math.min(limit, indent === 0 ? 1 : indent)
  }
  return ''
}

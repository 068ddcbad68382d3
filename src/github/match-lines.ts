/** A line of code that holds at least one of the words. */
export type CodeHit = { path: string; line: number; text: string }

export type ScoredHit = CodeHit & { score: number }

const MAX_WORDS = 8
const MAX_PER_FILE = 5
const MAX_TEXT_LENGTH = 240

/** What is searched for: words, and phrases in double quotes, without case or doubles, at most eight. */
export function splitWords(text: string): string[] {
  const words = [...text.toLowerCase().matchAll(/"([^"]+)"|[^\s"]+/g)].map(([whole, phrase]) =>
    (phrase ?? whole).trim(),
  )
  return [...new Set(words.filter((word) => word !== ''))].slice(0, MAX_WORDS)
}

/** The best lines of one file, at most five: those with the most different words, in files with the most of them. */
export function matchLines(path: string, text: string, words: readonly string[]): ScoredHit[] {
  const whole = text.toLowerCase()
  if (!words.some((word) => whole.includes(word))) return []
  const inFile = countWords(`${path.toLowerCase()}\n${whole}`, words)
  return text
    .split('\n')
    .map((line, index) => ({ path, line: index + 1, text: line, score: countWords(line.toLowerCase(), words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_PER_FILE)
    .map((hit) => ({ ...hit, text: shorten(hit.text, words), score: hit.score * (MAX_WORDS + 1) + inFile }))
}

/** Best first; equal ones by path and line, so that the same search gives the same answer. */
export function rankHits(hits: readonly ScoredHit[], limit: number): ScoredHit[] {
  return hits.toSorted((a, b) => b.score - a.score || comparePaths(a.path, b.path) || a.line - b.line).slice(0, limit)
}

function countWords(text: string, words: readonly string[]): number {
  return words.filter((word) => text.includes(word)).length
}

function shorten(line: string, words: readonly string[]): string {
  const text = line.trimEnd()
  if (text.length <= MAX_TEXT_LENGTH) return text
  const lower = text.toLowerCase()
  const first = Math.min(...words.map((word) => lower.indexOf(word)).filter((index) => index >= 0))
  const start = Math.max(0, Math.min(first - MAX_TEXT_LENGTH / 4, text.length - MAX_TEXT_LENGTH))
  return text.slice(start, start + MAX_TEXT_LENGTH)
}

function comparePaths(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

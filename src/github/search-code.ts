import type { Api } from './api.ts'
import { classifyContent } from './classify-content.ts'
import { matchLines, splitWords, rankHits } from './match-lines.ts'
import type { CodeHit, ScoredHit } from './match-lines.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { SnapshotOptions } from './read-snapshot.ts'
import { describeCoverage } from './sentences.ts'
import type { Pin } from './target.ts'

/** `more` when hits beyond the limit were left out; `note` is a sentence on files the limits kept from the search. */
export type CodeSearch = { hits: CodeHit[]; more: boolean; filesSearched: number; note?: string }

const DEFAULT_LIMIT = 30

/** Finds lines holding any of the words (or "quoted phrases"), whatever their case, at exactly this commit, best first. */
export async function searchCode(
  api: Api,
  pin: Pin,
  words: string,
  { limit = DEFAULT_LIMIT, ...options }: SnapshotOptions & { limit?: number } = {},
): Promise<Outcome<CodeSearch>> {
  const wanted = splitWords(words)
  let found: ScoredHit[] = []
  let seen = 0
  const read = await readSnapshot(
    api,
    pin,
    ({ path, bytes }) => {
      const content = classifyContent(bytes)
      if (content.kind !== 'text') return
      const hits = matchLines(path, content.text, wanted)
      seen += hits.length
      if (hits.length > 0) found = rankHits([...found, ...hits], limit)
    },
    options,
  )
  if (!read.ok) return read
  const note = describeCoverage(read.value)
  return succeed({
    hits: found.map(({ path, line, text }) => ({ path, line, text })),
    more: seen > found.length,
    filesSearched: read.value.files,
    ...(note && { note }),
  })
}

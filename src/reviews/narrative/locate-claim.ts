import { checkAbsence } from '../../verify/check-absence.ts'
import { checkQuote } from '../../verify/check-quote.ts'
import type { LineRange } from '../../github/target.ts'
import type { ClaimedFinding } from './answer-schema.ts'
import type { DropReason } from './drop-counts.ts'
import type { TargetCode } from './target-code.ts'

export type Located =
  | { readonly kind: 'at'; readonly lines: LineRange; readonly quote: string; readonly searched: number | undefined }
  | { readonly kind: 'dropped'; readonly reason: DropReason }

const mostQuotedLines = 8

/** Where the code holds what a finding quotes and, for an absence, whether a search bears it out. */
export function locateClaim(claim: ClaimedFinding, { shown, repository }: TargetCode): Located {
  const start = Math.max(1, Math.trunc(claim.startLine))
  const lines = { start, end: Math.max(start, Math.trunc(claim.endLine)) }
  const quote = { path: claim.path, lines, quote: withoutNumbers(claim.quote) }
  const found = checkQuote(quote, (path) => shown.get(path))
  if (found.kind === 'not-found') {
    const isUnknown = found.why === 'no-such-file'
    return {
      kind: 'dropped',
      reason: isUnknown ? 'about a file that was not reviewed' : 'with a quote that is not in the code',
    }
  }
  const searched = claim.kind === 'absence' ? checkAbsence(claim.subject ?? claim.title, repository) : undefined
  if (searched?.kind === 'contradicted') return { kind: 'dropped', reason: 'of something missing that is there' }
  if (searched?.kind === 'unsearchable')
    return { kind: 'dropped', reason: 'of something missing that nobody can search for' }
  const text = shown.get(claim.path) ?? ''
  return { kind: 'at', lines: found.lines, quote: quoteLines(text, found.lines), searched: searched?.files }
}

/** Models copy the line numbers that they were shown. */
function withoutNumbers(quote: string): string {
  const rows = quote.split('\n')
  return rows.every((row) => row.trim() === '' || /^\s*\d+ \| ?/.test(row))
    ? rows.map((row) => row.replace(/^\s*\d+ \| ?/, '')).join('\n')
    : quote
}

function quoteLines(text: string, { start, end }: LineRange): string {
  return text
    .split(/\r\n|\n|\r/)
    .slice(start - 1, Math.min(end, start + mostQuotedLines - 1))
    .map((row) => row.trimEnd().slice(0, 200))
    .join('\n')
}

import type { LineRange } from '../github/target.ts'
import { findText } from './find-text.ts'
import { readQuoteParts } from './quote-parts.ts'
import { lastAtMost, readVisibleText, type VisibleText } from './visible-lines.ts'

/** What a finding says of the code: these lines of this file hold this text. */
export type QuoteClaim = { path: string; lines: LineRange; quote: string }

export type QuoteCheck =
  | { kind: 'at-place'; lines: LineRange }
  | { kind: 're-anchored'; lines: LineRange }
  | { kind: 'not-found'; why: 'no-such-file' | 'not-in-file' | 'ambiguous' | 'nothing-quoted' }

const leastVisible = 8
const nearLines = 20
/** How many lines the parts of one quote may be spread over. */
const widestQuote = 150
/** A link that marks this many lines more than the quote has points at nothing. */
const widestSlack = 40
const longestQuote = 20_000

/**
 * Looks for a quote in the file that it is said to be from. White space may differ and an ellipsis may leave lines out,
 * but every word has to be there in order; a quote that is short or stands in several places counts only within 20
 * lines of where it is said to be. Never throws; the time is in proportion to the file and the quote.
 */
export function checkQuote(claim: QuoteClaim, readText: (path: string) => string | undefined): QuoteCheck {
  const text = readText(claim.path)
  if (text === undefined) return { kind: 'not-found', why: 'no-such-file' }
  const readings = claim.quote.length > longestQuote ? [] : readQuoteParts(claim.quote)
  if (!readings.some((parts) => parts.some((part) => /[\p{L}\p{N}_$]/u.test(part))))
    return { kind: 'not-found', why: 'nothing-quoted' }
  const visible = readVisibleText(text)
  for (const parts of readings) {
    const places = findParts(visible, parts)
    if (places.length > 0) return choosePlace(claim.lines, places, longestPart(parts) < leastVisible)
  }
  return { kind: 'not-found', why: 'not-in-file' }
}

function findParts(visible: VisibleText, parts: readonly string[]): LineRange[] {
  const found = parts.map((part) => findText(visible.text, part))
  return (found[0] ?? []).flatMap((first): LineRange[] => {
    let end = first + (parts[0]?.length ?? 0)
    for (const [index, part] of parts.entries()) {
      if (index === 0) continue
      const next = firstAtLeast(found[index] ?? [], end)
      if (next === undefined) return []
      end = next + part.length
    }
    const range = { start: visible.lineAt(first), end: visible.lineAt(end - 1) }
    return range.end - range.start < widestQuote ? [range] : []
  })
}

function firstAtLeast(ascending: readonly number[], value: number): number | undefined {
  return ascending[lastAtMost(ascending, value - 1) + 1]
}

function choosePlace(claimed: LineRange, places: readonly LineRange[], isShort: boolean): QuoteCheck {
  const nearest = places.reduce((best, place) => (distance(place, claimed) < distance(best, claimed) ? place : best))
  const isClear = places.length === 1 && !isShort
  if (!isClear && distance(nearest, claimed) > nearLines) return { kind: 'not-found', why: 'ambiguous' }
  return holds(claimed, nearest) ? { kind: 'at-place', lines: claimed } : { kind: 're-anchored', lines: nearest }
}

/** Lines between two ranges; 0 when they touch. */
function distance(a: LineRange, b: LineRange): number {
  return Math.max(0, a.start - b.end, b.start - a.end)
}

function holds(outer: LineRange, inner: LineRange): boolean {
  const slack = outer.end - outer.start - (inner.end - inner.start)
  return outer.start <= inner.start && inner.end <= outer.end && slack <= widestSlack
}

function longestPart(parts: readonly string[]): number {
  return Math.max(...parts.map((part) => part.replaceAll(/\s/g, '').length))
}

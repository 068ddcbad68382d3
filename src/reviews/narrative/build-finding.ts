import type { Confidence, Place, ReviewFinding, Severity } from '../review.ts'
import type { ClaimedFinding } from './answer-schema.ts'
import type { CheckedFix } from './check-fix.ts'
import type { Located } from './locate-claim.ts'
import type { QuotedPlace } from './model-fingerprints.ts'
import type { TargetCode } from './target-code.ts'

/** What of a claim held when it was checked. */
export interface HeldClaim {
  readonly located: Extract<Located, { kind: 'at' }>
  readonly texts: { readonly title: string; readonly message: string; readonly why: string; readonly say: string }
  readonly fix: CheckedFix
}

export interface FindingContext {
  readonly code: TargetCode
  readonly findUrl: (path: string, line: number, endLine: number) => string | undefined
  readonly originOf: (place: Place) => ReviewFinding['origin']
}

const longestTitle = 120

/** A finding of the model in the shape of all findings, out of nothing but what was checked. */
export function buildFinding(
  { area, path, category, severity, confidence, fix: claimed }: ClaimedFinding,
  { located: { lines, quote, searched }, texts: { title, message, why, say }, fix }: HeldClaim,
  { code, findUrl, originOf }: FindingContext,
  fingerprintOf: (place: QuotedPlace) => string,
): ReviewFinding {
  const place = { path, line: lines.start, endLine: lines.end, url: findUrl(path, lines.start, lines.end) }
  const text = code.shown.get(path) ?? ''
  return {
    fingerprint: fingerprintOf({ area, quote, text, line: lines.start }),
    rule: `model/${area}`,
    area,
    category: category ?? undefined,
    cwe: undefined,
    severity: soften(severity),
    confidence: doubt(confidence),
    title: title
      .replace(/[.。]$/, '')
      .slice(0, longestTitle)
      .toWellFormed(),
    message: searched === undefined ? message : `${message} Searched ${searched} files for it.`,
    why,
    place,
    also: [],
    quote,
    fix: {
      say,
      code: fix.code,
      isExample: false,
      language: fix.language,
      needs: [...fix.needs, ...nodeNeed(claimed.node)],
      effort: claimed.effort,
    },
    sources: [],
    labels: fix.labels,
    origin: originOf(place),
  }
}

/** Nobody but the model saw it: high at most, until a rule or a person agrees. */
function soften(severity: Severity): Severity {
  return severity === 'critical' ? 'high' : severity
}

function doubt(confidence: Confidence): Confidence {
  return confidence === 'high' ? 'medium' : confidence
}

function nodeNeed(node: string | null): string[] {
  const range = node?.trim() ?? ''
  return /^[<>=^~\s\d.|x*-]{1,30}$/.test(range) && /\d/.test(range) ? [`Node.js ${range}`] : []
}

import type { Finding } from '../evidence/rules/finding.ts'
import { languageAt } from './language-at.ts'
import type { OtherPlace, Place, ReviewFinding } from './review.ts'
import { byWeight } from './severity.ts'

type Origin = ReviewFinding['origin']
type FindUrl = (path: string, line: number, endLine: number) => string | undefined

interface Sources {
  findUrl: FindUrl
  /** Undefined where nothing is compared; `null` leaves a finding out. */
  originOf?: (finding: Finding) => Origin | null
}

/** Turns what rules found into one finding per cause, worst first; what the code itself suppresses stays out. */
export function groupFindings(found: readonly Finding[], { findUrl, originOf }: Sources): ReviewFinding[] {
  const open = found
    .filter(({ suppressed }) => !suppressed)
    .flatMap((finding) => {
      const origin = originOf?.(finding)
      return origin === null ? [] : [{ finding, origin }]
    })
  // A cause is a rule at one severity: the same fix mends all its places.
  const causes = Map.groupBy(open, ({ finding, origin }) => `${finding.rule} ${finding.severity} ${origin ?? ''}`)
  return [...causes.values()].map((group) => toReviewFinding(group.toSorted(bySureness), findUrl)).toSorted(byWeight)
}

type Member = { finding: Finding; origin: Origin }

const confidences = ['high', 'medium', 'low']

function bySureness(a: Member, b: Member): number {
  return confidences.indexOf(a.finding.confidence) - confidences.indexOf(b.finding.confidence)
}

function toReviewFinding(group: readonly Member[], findUrl: FindUrl): ReviewFinding {
  const [first, ...rest] = group
  if (!first) throw new Error('A cause has at least one place')
  const { finding, origin } = first
  const { rule, area, category, severity, confidence, title, message, why, quote, sources, fingerprint } = finding
  const others = rest.map(({ finding: other }): OtherPlace => ({
    ...placeOf(other.path, other.line, other.endLine, findUrl),
    fingerprint: other.fingerprint,
    message: other.message === message ? undefined : other.message,
  }))
  return {
    fingerprint,
    rule,
    area,
    category,
    cwe: finding.cwe,
    severity,
    confidence,
    title,
    message,
    why: whyOf(finding, why),
    place: placeOf(finding.path, finding.line, finding.endLine, findUrl),
    also: [...relatedPlaces(finding, findUrl), ...others],
    quote,
    fix: {
      say: finding.fix.say,
      code: finding.fix.code,
      isExample: finding.fix.isExample === true,
      language: languageOf(finding),
      needs: [],
      effort: undefined,
    },
    sources,
    labels: [],
    origin,
  }
}

/** The cause in general, and its effects here by name. */
function whyOf({ effects }: Finding, why: string): string {
  const named = Object.entries(effects).map(
    ([quality, effect]) => `${quality.charAt(0).toUpperCase()}${quality.slice(1)}: ${effect}`,
  )
  return [why, ...named].join(' ')
}

function relatedPlaces({ also, fingerprint }: Finding, findUrl: FindUrl): OtherPlace[] {
  return also.map(({ path, line }) => ({ ...placeOf(path, line, line, findUrl), fingerprint, message: undefined }))
}

function placeOf(path: string, line: number, endLine: number, findUrl: FindUrl): Place {
  return { path, line, endLine, url: findUrl(path, line, endLine) }
}

function languageOf({ path, fix }: Finding): string {
  if (/^(npm|npx|yarn|pnpm|bun|git) /.test(fix.code ?? '')) return 'sh'
  return /^(FROM|USER|ENV|RUN|CMD|COPY) /.test(fix.code ?? '') ? 'dockerfile' : languageAt(path)
}

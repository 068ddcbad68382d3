import { byWeight, severities } from '../severity.ts'
import type { OtherPlace, Place, ReviewFinding } from '../review.ts'
import type { CheckedExplanation } from './verify-claims.ts'

/** Categories that are one cause when they are found at one place. */
const families: readonly (readonly string[])[] = [
  ['missing-error-handling', 'missing-error-middleware', 'unhandled-rejection', 'throw-in-callback', 'no-response'],
  ['n-plus-one', 'await-in-loop'],
  ['sync-io-in-handler', 'sync-crypto', 'event-loop-block'],
  ['in-memory-state', 'in-memory-session', 'global-leak'],
  ['race-condition', 'missing-transaction'],
  ['missing-auth', 'broken-auth'],
  ['unbounded-query', 'overfetch'],
  ['error-disclosure', 'sensitive-data-exposure'],
  ['docker', 'eol-node'],
]
/** Categories of which a project has one cause, wherever it is shown. */
const projectWide: ReadonlySet<string> = new Set([
  'missing-rate-limit',
  'missing-helmet',
  'csrf',
  'missing-graceful-shutdown',
  'missing-health-check',
  'missing-tests',
  'missing-lockfile',
  'missing-engines',
])
const nearLines = 3

/** What decides whether two findings are one. */
type Cause = Pick<ReviewFinding, 'area' | 'category'> & { place: Spot; also: readonly Spot[] }
type Spot = Pick<Place, 'path' | 'line' | 'endLine'>

/** What a team has answered for; saying it again in other words would be saying it again. */
export type AnsweredFinding = Cause & { title: string }

export interface Found {
  readonly rules: readonly ReviewFinding[]
  readonly explanations: readonly CheckedExplanation[]
  readonly own: readonly ReviewFinding[]
  readonly answered: readonly AnsweredFinding[]
}

/** One finding per cause, ranked: what rules found with the model's explanations, and what the model found besides. */
export function mergeFindings({ rules, explanations, own, answered }: Found): ReviewFinding[] {
  const ranks = new Map(explanations.map((item) => [item.fingerprint, item]))
  const merged = rules.map((rule) => explain(rule, ranks.get(rule.fingerprint)))
  for (const finding of own) {
    if (answered.some((known) => isSameCause(known, finding))) continue
    const at = merged.findIndex((known) => isSameCause(known, finding))
    const known = merged[at]
    if (known) merged[at] = join(known, finding)
    else merged.push(finding)
  }
  const rankOf = ({ fingerprint }: ReviewFinding) => ranks.get(fingerprint)?.rank ?? Infinity
  return merged.toSorted((a, b) => bySeverity(a, b) || compareRanks(rankOf(a), rankOf(b)) || byWeight(a, b))
}

function explain(rule: ReviewFinding, explanation: CheckedExplanation | undefined): ReviewFinding {
  if (!explanation) return rule
  const { why, fix } = explanation
  return {
    ...rule,
    why: why === '' ? rule.why : why,
    fix:
      fix?.code === undefined || isMended(rule)
        ? rule.fix
        : { ...rule.fix, code: fix.code, isExample: false, language: fix.language },
    labels: [...rule.labels, ...(fix?.labels ?? [])],
  }
}

/** The code is that of the place, mended: more than an example, and nothing a model writes is surer. */
function isMended({ fix }: ReviewFinding): boolean {
  return fix.code !== undefined && !fix.isExample
}

function isSameCause(known: Cause, finding: Cause): boolean {
  const isKind = isSameKind(known, finding)
  if (isKind && finding.category !== undefined && projectWide.has(finding.category)) return true
  return isKind && [known.place, ...known.also].some((place) => isNear(place, finding.place))
}

function isSameKind(a: Cause, b: Cause): boolean {
  // A rule always has a category: a finding that fits none is none of theirs.
  if (a.category === undefined || b.category === undefined) return a.category === b.category && a.area === b.area
  if (a.category === b.category) return true
  return families.some((family) => family.includes(a.category ?? '') && family.includes(b.category ?? ''))
}

function isNear(a: Spot, b: Spot): boolean {
  return a.path === b.path && a.line <= b.endLine + nearLines && b.line <= a.endLine + nearLines
}

/** The first keeps its name and its rule's severity; the second adds what the first lacks. */
function join(known: ReviewFinding, finding: ReviewFinding): ReviewFinding {
  const isOwn = known.rule.startsWith('model/')
  const isCovered = [known.place, ...known.also].some((place) => isNear(place, finding.place))
  const other: OtherPlace = { ...finding.place, fingerprint: finding.fingerprint, message: finding.message }
  const takesFix = finding.fix.code !== undefined && !isMended(known)
  return {
    ...known,
    severity: isOwn ? worse(known, finding) : known.severity,
    fix: takesFix ? finding.fix : known.fix,
    labels: takesFix ? [...new Set([...known.labels, ...finding.labels])] : known.labels,
    also: isCovered ? known.also : [...known.also, other],
  }
}

function worse(a: ReviewFinding, b: ReviewFinding): ReviewFinding['severity'] {
  return severities.indexOf(a.severity) >= severities.indexOf(b.severity) ? a.severity : b.severity
}

function bySeverity(a: ReviewFinding, b: ReviewFinding): number {
  return severities.indexOf(b.severity) - severities.indexOf(a.severity)
}

/** Infinity minus Infinity is no number. */
function compareRanks(a: number, b: number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

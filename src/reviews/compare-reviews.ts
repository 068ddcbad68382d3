import { listMembers } from './members.ts'
import type { Comparison, ReviewFinding, ReviewReport } from './review.ts'

/** What is known now, for telling what became of what was found before. */
export interface Present {
  findings: readonly ReviewFinding[]
  excepted: ReviewReport['excepted']
  hasFile: (path: string) => boolean
  /** Whether a rule could have found something in a file this time. */
  isReadByRules: (path: string, rule: string) => boolean
  isReadByModel: (path: string) => boolean
  /** As it is quoted, secrets masked; empty when there is no such file. */
  textOf: (path: string) => string
}

/** An earlier finding as far as it can be known again; its quote goes with its report. */
export type KnownFinding = Pick<ReviewFinding, 'fingerprint' | 'rule' | 'title' | 'place' | 'also'> & { quote?: string }

/** What is known of an earlier review. */
export interface Past {
  findings: readonly KnownFinding[]
  excepted: readonly { finding: KnownFinding }[]
  atMs: number
  sha: string
}

/** Lines that edits elsewhere in a file commonly push code by; beyond, it was moved on purpose. */
const shiftLines = 60

type Known = Pick<KnownFinding, 'fingerprint' | 'title' | 'rule' | 'quote'> & { path: string; line: number }

/** What became of the places found last time. Fixed is said only of what would have been found again had it been there. */
export function compareReviews(past: Past, present: Present): Comparison {
  const before = indexPlaces(past.findings)
  const exceptedBefore = indexPlaces(past.excepted.map(({ finding }) => finding))
  const now = indexPlaces(present.findings)
  const exceptedNow = indexPlaces(present.excepted.map(({ finding }) => finding))
  const gone = [...before.values()].filter(({ fingerprint }) => !now.has(fingerprint) && !exceptedNow.has(fingerprint))
  const known = [...now.values()].filter(
    ({ fingerprint }) => before.has(fingerprint) || exceptedBefore.has(fingerprint),
  )
  const movedTo = (place: Known) => {
    const from = before.get(place.fingerprint)
    return from && hasMoved(from, place) ? from : undefined
  }
  return {
    sinceSha: past.sha,
    sinceMs: past.atMs,
    fixed: gone
      .filter((place) => isFixed(place, present))
      .map(({ fingerprint, title, path, line }) => ({ fingerprint, title, place: `${path}:${line}` })),
    new: [...now.keys()].filter((fingerprint) => !before.has(fingerprint) && !exceptedBefore.has(fingerprint)),
    open: known.filter((place) => !movedTo(place)).map(({ fingerprint }) => fingerprint),
    moved: known.flatMap((place) => {
      const from = movedTo(place)
      return from
        ? [{ fingerprint: place.fingerprint, from: `${from.path}:${from.line}`, to: `${place.path}:${place.line}` }]
        : []
    }),
  }
}

function indexPlaces(findings: readonly KnownFinding[]): Map<string, Known> {
  return new Map(
    findings.flatMap((finding) =>
      listMembers(finding).map(({ fingerprint, place }): [string, Known] => [
        fingerprint,
        {
          fingerprint,
          title: finding.title,
          rule: finding.rule,
          ...(finding.quote !== undefined && {
            quote: fingerprint === finding.fingerprint ? finding.quote : '',
          }),
          path: place.path,
          line: place.line,
        },
      ]),
    ),
  )
}

function hasMoved(from: Known, to: Known): boolean {
  return from.path !== to.path || Math.abs(from.line - to.line) > shiftLines
}

function isFixed({ path, rule, quote }: Known, present: Present): boolean {
  if (!present.hasFile(path)) return true
  if (!rule.startsWith('model/')) return present.isReadByRules(path, rule)
  // A model that does not repeat itself has fixed nothing: the code it quoted must be gone.
  return quote !== undefined && present.isReadByModel(path) && !holds(present.textOf(path), quote)
}

function holds(text: string, quote: string): boolean {
  const plain = (code: string) => code.replaceAll(/\s+/g, ' ').trim()
  return quote !== '' && plain(text).includes(plain(quote))
}

import { keepMembers, listMembers } from './members.ts'
import type { ExceptedFinding, ReviewFinding } from './review.ts'

/** What somebody answered for: one place of code, by its fingerprint, so that changed code is a new question. */
export interface FindingException {
  id: string
  fingerprint: string
  rule: string
  title: string
  place: string
  kind: 'wont-fix' | 'wrong'
  reason: string
  ownerId: string
  /** Epoch milliseconds from which it no longer applies; undefined for as long as the code stays. */
  until: number | undefined
}

export interface Sifted {
  findings: ReviewFinding[]
  excepted: ExceptedFinding[]
}

/** Whether an exception still applies at `now`. */
function isInForce({ until }: Pick<FindingException, 'until'>, now: number): boolean {
  return until === undefined || until > now
}

/**
 * Parts what is shown from what somebody answered for; a cause of which only some places are excepted stays with the
 * others. Of several exceptions in force for one place the first given counts.
 */
export function applyExceptions(
  findings: readonly ReviewFinding[],
  exceptions: readonly FindingException[],
  now: number,
): Sifted {
  const applying = exceptions.filter((each) => isInForce(each, now))
  const inForce = new Map(applying.toReversed().map((exception) => [exception.fingerprint, exception]))
  const sifted: Sifted = { findings: [], excepted: [] }
  for (const finding of findings) {
    const kept = keepMembers(finding, (fingerprint) => !inForce.has(fingerprint))
    if (kept) sifted.findings.push(kept)
    sifted.excepted.push(...exceptedPartsOf(finding, inForce))
  }
  return sifted
}

/** The excepted places of a finding, together where one answer covers several. */
function exceptedPartsOf(finding: ReviewFinding, inForce: ReadonlyMap<string, FindingException>): ExceptedFinding[] {
  const answered = listMembers(finding).flatMap(({ fingerprint }) => inForce.get(fingerprint) ?? [])
  const answers = Map.groupBy(answered, ({ kind, reason, ownerId, until }) =>
    JSON.stringify([kind, reason, ownerId, until]),
  )
  return [...answers.values()].flatMap((group) => {
    const [first] = group
    const fingerprints = new Set(group.map(({ fingerprint }) => fingerprint))
    const part = keepMembers(finding, (fingerprint) => fingerprints.has(fingerprint))
    if (!first || !part) return []
    const { kind, reason, ownerId, until } = first
    return [{ finding: part, kind, reason, ownerId, until }]
  })
}

import type { Place, ReviewFinding } from './review.ts'

/** One place of a cause under its own fingerprint. */
export interface Member {
  fingerprint: string
  place: Place
}

/** Every place of a finding that was found on its own; places that merely belong to another one are left out. */
export function listMembers({
  fingerprint,
  place,
  also,
}: Pick<ReviewFinding, 'also' | 'fingerprint' | 'place'>): Member[] {
  const members = new Map<string, Member>([[fingerprint, { fingerprint, place }]])
  for (const other of also)
    if (!members.has(other.fingerprint))
      members.set(other.fingerprint, { fingerprint: other.fingerprint, place: other })
  return [...members.values()]
}

/** The finding without the places that `isKept` refuses, the next place leading; undefined when none is left. */
export function keepMembers(
  finding: ReviewFinding,
  isKept: (fingerprint: string) => boolean,
): ReviewFinding | undefined {
  const also = finding.also.filter((other) => isKept(other.fingerprint))
  if (isKept(finding.fingerprint)) return also.length === finding.also.length ? finding : { ...finding, also }
  const [next, ...rest] = also
  if (!next) return undefined
  const { fingerprint, message, ...place } = next
  return { ...finding, fingerprint, place, message: message ?? finding.message, also: rest }
}

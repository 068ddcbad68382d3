import type { Finding } from '../evidence/rules/finding.ts'
import { groupFindings } from './group-findings.ts'
import { isInside } from './read-review-code.ts'
import { isAtLeast } from './severity.ts'
import type { ExceptedFinding, Place, ReviewFinding, ReviewTarget } from './review.ts'

type FindUrl = (path: string, line: number, endLine: number) => Place['url']

/** What a remark in the code answers for, with its reason. */
export function listSuppressed(target: ReviewTarget, head: readonly Finding[], findUrl: FindUrl): ExceptedFinding[] {
  return head.flatMap(({ suppressed, ...finding }) => {
    const [own] = suppressed && isInTarget(target, finding) ? groupFindings([finding], { findUrl }) : []
    return suppressed && own
      ? [{ finding: own, kind: 'in-code' as const, reason: suppressed.reason, ownerId: undefined, until: undefined }]
      : []
  })
}

/** What rules found in the target itself, one finding per cause. Of a change also what it breaks elsewhere: there, only what its base did not have. */
export function listFactsFindings(
  target: ReviewTarget,
  head: readonly Finding[],
  base: readonly Finding[] | undefined,
  findUrl: FindUrl,
): ReviewFinding[] {
  if (!target.change)
    return groupFindings(
      head.filter((finding) => isInTarget(target, finding)),
      { findUrl },
    )
  const before = new Map(base?.map(({ fingerprint, severity }) => [fingerprint, severity]))
  const touched = new Set(target.change.files)
  const originOf = ({ fingerprint, severity, path, also }: Finding): ReviewFinding['origin'] | null => {
    const known = before.get(fingerprint)
    // A change that lets input reach what was only doubtful brings what is worse about it.
    if (known === undefined || !isAtLeast(known, severity)) return 'new'
    return touched.has(path) || also.some((other) => touched.has(other.path)) ? 'touched' : null
  }
  return groupFindings(head, { findUrl, originOf })
}

/** Whether a finding belongs to a target that is no change: below its path and, where lines are asked for, on them. */
export function isInTarget(
  target: ReviewTarget,
  { path, line, endLine }: Pick<Finding, 'path' | 'line' | 'endLine'>,
): boolean {
  const { lines } = target
  return isInside(target, path) && (!lines || (line <= lines.end && endLine >= lines.start))
}

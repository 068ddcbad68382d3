import { type CheckRow, signatureOf } from './check-row.ts'

/** One thing to say in a decision's thread about a repository. */
export interface DriftNote {
  decisionId: string
  repository: string
  /** `fixed` when everything that its thread was told about holds again. */
  kind: 'broken' | 'fixed'
  /** The checks that are broken now. */
  broken: readonly CheckRow[]
  /** What to record as told once it is said. */
  tell: readonly { assertion: string; told: string }[]
}

/** What has changed since the decisions' threads were told: drift is said once, and again only when it changes. */
export function planDriftNotes(rows: readonly CheckRow[]): DriftNote[] {
  const groups = Map.groupBy(rows, ({ decisionId, repository }) => `${decisionId} ${repository}`)
  return [...groups.values()].flatMap((checks) => planNote(checks) ?? [])
}

function planNote(checks: readonly CheckRow[]): DriftNote | undefined {
  const changed = checks.filter(hasNews)
  const [first] = changed
  if (!first) return undefined
  const broken = checks.filter(({ outcome }) => outcome === 'broken')
  // What cannot be checked now is not fixed.
  const isOpen = checks.some(({ outcome, told }) => outcome === 'unknown' && told?.startsWith('broken'))
  if (broken.length === 0 && isOpen) return undefined
  return {
    decisionId: first.decisionId,
    repository: first.repository,
    kind: broken.length > 0 ? 'broken' : 'fixed',
    broken,
    tell: changed.map((check) => ({ assertion: check.assertion, told: signatureOf(check) })),
  }
}

function hasNews(check: CheckRow): boolean {
  const { outcome, told } = check
  if (outcome === 'unknown') return false
  if (outcome === 'holds') return told?.startsWith('broken') ?? false
  return told !== signatureOf(check)
}

import { createHash } from 'node:crypto'
import type { decisionChecks } from '../../db/schema.ts'
import type { CheckResult, DecisionResult } from './check-decisions.ts'

export type CheckRow = typeof decisionChecks.$inferSelect

/** What is kept of a check after it ran once more; `introduced` is asked for only when it has just broken. */
export function nextRow(
  previous: CheckRow | undefined,
  { assertion, outcome }: CheckResult,
  at: Pick<DecisionResult, 'decisionId' | 'repository' | 'sha'> & { teamId: string; checkedAt: number },
): CheckRow {
  const { decisionId, repository, sha, teamId, checkedAt } = at
  const isBroken = outcome.outcome === 'broken'
  const holds = outcome.outcome === 'holds'
  return {
    teamId,
    decisionId,
    assertion,
    repository,
    outcome: outcome.outcome,
    sha,
    heldAt: holds ? sha : (previous?.heldAt ?? null),
    // A check that could not run in between does not make the break a new one.
    brokenSince: holds ? null : (previous?.brokenSince ?? (isBroken ? sha : null)),
    introduced: holds ? null : (previous?.introduced ?? null),
    places: isBroken ? outcome.places : [],
    placeCount: isBroken ? outcome.total : 0,
    reason: outcome.outcome === 'unknown' ? outcome.reason : null,
    checkedAt,
    told: previous?.told ?? null,
    telling: previous?.telling ?? null,
  }
}

/** Whether a check broke with this commit and it is worth asking which change did it. */
export function hasJustBroken(row: CheckRow): row is CheckRow & { heldAt: string } {
  return row.outcome === 'broken' && row.brokenSince === row.sha && row.heldAt !== null && row.introduced === null
}

/** The state of a check as its thread is told it: another file that joins is a change, another line is not. */
export function signatureOf({ outcome, places }: Pick<CheckRow, 'outcome' | 'places'>): string {
  if (outcome !== 'broken') return outcome
  const paths = [...new Set(places.map(({ path }) => path))].sort()
  return `broken ${createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 16)}`
}

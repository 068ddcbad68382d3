import type { CheckPlace, Introduction } from '../../db/schema.ts'
import type { CheckResult } from './check-decisions.ts'
import type { CheckRow } from './check-row.ts'
import type { CheckOutcome } from './outcome.ts'

/** What a check came to, with what is known of its past. */
export interface ReviewedCheck {
  assertion: string
  outcome: CheckOutcome['outcome']
  reason: string | undefined
  places: readonly CheckPlace[]
  total: number
  since: string | undefined
  introduced: Introduction | undefined
  /** Of a change: whether it was broken before; undefined when that is not known. */
  before: boolean | undefined
}

/** A check of a commit, with what was kept of it and, for a change, what it came to before. */
export function describeOutcome(
  { assertion, outcome }: CheckResult,
  { row, before }: { row?: CheckRow | undefined; before?: CheckOutcome | undefined } = {},
): ReviewedCheck {
  const isBroken = outcome.outcome === 'broken'
  return {
    assertion,
    outcome: outcome.outcome,
    reason: outcome.outcome === 'unknown' ? outcome.reason : undefined,
    places: isBroken ? outcome.places : [],
    total: isBroken ? outcome.total : 0,
    since: (isBroken && row?.brokenSince) || undefined,
    introduced: (isBroken && row?.introduced) || undefined,
    before: !before || before.outcome === 'unknown' ? undefined : before.outcome === 'broken',
  }
}

/** A broken check as it was last kept. */
export function recallCheck({ assertion, places, placeCount, brokenSince, introduced }: CheckRow): ReviewedCheck {
  return {
    assertion,
    outcome: 'broken',
    reason: undefined,
    places,
    total: placeCount,
    since: brokenSince ?? undefined,
    introduced: introduced ?? undefined,
    before: undefined,
  }
}

import type { CheckPlace } from '../../db/schema.ts'

export type Place = CheckPlace

/** What became of one check. `places` are the first ones; `total` counts all. Unknown is never counted as holding. */
export type CheckOutcome =
  | { outcome: 'holds' }
  | { outcome: 'broken'; places: readonly Place[]; total: number }
  | { outcome: 'unknown'; reason: string }

const placesKept = 20

export const holds: CheckOutcome = { outcome: 'holds' }

export function broken(places: readonly Place[], total = places.length): CheckOutcome {
  return { outcome: 'broken', places: places.slice(0, placesKept), total }
}

export function unknown(reason: string): CheckOutcome {
  return { outcome: 'unknown', reason }
}

/** What a load client is told: which events to send where, all of them as fast as the connections allow or at a pace. */
export interface Load {
  port: number
  signingSecret: string
  /** An Events API envelope with `placeholders.ts` and `placeholders.id` in it. */
  envelope: string
  /** The number of the first event; every number makes a different event. */
  first: number
  count: number
  connections: number
  /** Events a second, sent whether or not earlier ones were answered; without it every connection sends as soon as it may. */
  perSecond?: number
}

export interface LoadResult {
  /** How many were answered with 200. */
  accepted: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

export const placeholders = { ts: '1111111111.111111', id: 'Ev0000PLACE' }

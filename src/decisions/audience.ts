import { and, eq, exists, inArray, or, sql, type SQL } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { channels, decisionDeciders, decisions } from '../db/schema.ts'

/** Who will read what is found. What may not be said to all of it is not found. */
export interface Audience {
  teamId: string
  /** The channel it will be said in; empty where it is no channel, such as the Home tab. */
  channelId: string
  /** Shared with another company, or read by somebody who is no member of the workspace: what is open to all of it is not found. */
  shared: boolean
  /** Further channels that the whole audience is in. */
  alsoIn?: readonly string[]
  /** Set where this person alone reads; then what they recorded or are named to decide is found as well. */
  readerId?: string
}

/** The condition every read of decisions carries, for a statement over `decisions`. */
export function isVisible(store: Pick<Store, 'read'>, audience: Audience): SQL | undefined {
  const here = and(eq(decisions.channelId, audience.channelId), sql`${audience.channelId} <> ''`)
  const there = audience.alsoIn && inArray(decisions.channelId, [...audience.alsoIn])
  const elsewhere = audience.shared ? undefined : or(eq(decisions.visibility, 'workspace'), inPublicChannel(store))
  return and(eq(decisions.teamId, audience.teamId), or(here, there, elsewhere, isOwn(store, audience.readerId)))
}

function inPublicChannel({ read }: Pick<Store, 'read'>): SQL {
  const open = and(
    eq(channels.teamId, decisions.teamId),
    eq(channels.channelId, decisions.channelId),
    eq(channels.kind, 'public'),
    eq(channels.shared, false),
  )
  return exists(
    read
      .select({ one: sql`1` })
      .from(channels)
      .where(open),
  )
}

function isOwn({ read }: Pick<Store, 'read'>, readerId: string | undefined): SQL | undefined {
  if (readerId === undefined) return undefined
  const decides = and(eq(decisionDeciders.decisionId, decisions.id), eq(decisionDeciders.userId, readerId))
  return or(
    eq(decisions.createdBy, readerId),
    exists(
      read
        .select({ one: sql`1` })
        .from(decisionDeciders)
        .where(decides),
    ),
  )
}

/** The same condition for the full-text statements, over `decisions d` left joined with `channels c`. */
export const visibleInSearch = `
  d.team_id = :teamId AND (
    (d.channel_id = :channelId AND :channelId <> '')
    OR d.channel_id IN (SELECT value FROM json_each(:alsoIn))
    OR (:shared = 0 AND (d.visibility = 'workspace' OR (c.kind = 'public' AND c.shared = 0)))
    OR (:readerId <> '' AND (d.created_by = :readerId OR EXISTS (
      SELECT 1 FROM decision_deciders p WHERE p.decision_id = d.id AND p.user_id = :readerId))))`

/** The values of `visibleInSearch`. */
export function toSearchParameters({ teamId, channelId, shared, alsoIn = [], readerId = '' }: Audience) {
  return { teamId, channelId, shared: shared ? 1 : 0, alsoIn: JSON.stringify(alsoIn), readerId }
}

import { toMatchQuery } from '../db/match-query.ts'
import type { Store } from '../db/open-store.ts'

/** Who is listening: the channel an answer will be said in. */
export interface Audience {
  teamId: string
  channelId: string
  /** Shared with another company: nothing from other channels may be said there. */
  shared: boolean
  /** The turn that asks; its own words are no finding. */
  turnId: string
}

export interface MessageHit {
  channelId: string
  channelName: string
  authorId: string
  ts: string
  threadTs: string
  text: string
}

/** More terms make a search slower without making it better (an OR of common words takes seconds on a large index). */
const termLimit = 8

/**
 * Finds messages by their words, best first, among those that everyone in the audience may see: its own channel, and
 * public channels of the same workspace unless the audience is shared with another company. The statement enforces it.
 */
export async function searchMessages(
  store: Store,
  audience: Audience,
  question: string,
  limit: number,
): Promise<MessageHit[]> {
  const query = toMatchQuery(question, termLimit)
  if (!query) return []
  return store.search<MessageHit>(visibleMessages, {
    query,
    teamId: audience.teamId,
    channelId: audience.channelId,
    shared: audience.shared ? 1 : 0,
    turnId: audience.turnId,
    limit,
  })
}

const visibleMessages = `
  SELECT m.channel_id AS channelId, coalesce(c.name, '') AS channelName, m.author_id AS authorId,
         m.ts AS ts, m.thread_ts AS threadTs, m.text AS text
  FROM messages_text
  JOIN messages m ON m.id = messages_text.rowid
  LEFT JOIN channels c ON c.team_id = m.team_id AND c.channel_id = m.channel_id
  WHERE messages_text MATCH :query AND m.team_id = :teamId
    AND (m.channel_id = :channelId OR (:shared = 0 AND c.kind = 'public' AND c.shared = 0))
    AND coalesce(m.turn_id, '') <> :turnId
  ORDER BY bm25(messages_text), m.id DESC
  LIMIT :limit`

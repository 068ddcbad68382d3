import type { WebClient } from '@slack/web-api'
import { callPatiently } from './slack-failure.ts'

/** Slack's clock and ours may differ by this much when we look for what we said. */
const clockSkewMs = 120_000

/** A channel, or a thread of it. */
export interface PostPlace {
  channelId: string
  threadTs?: string | undefined
}

export interface PageRequest {
  limit: number
  cursor?: string | undefined
}

/** One page of what was said in a channel or a thread since a moment, with what each message carries unseen; throws what Slack refuses. */
export function readSince(
  client: WebClient,
  { channelId, threadTs }: PostPlace,
  sinceMs: number,
  { limit, cursor }: PageRequest,
) {
  const oldest = String((sinceMs - clockSkewMs) / 1000)
  const asked = { channel: channelId, oldest, include_all_metadata: true, limit, ...(cursor && { cursor }) }
  return threadTs === undefined
    ? client.conversations.history(asked)
    : client.conversations.replies({ ...asked, ts: threadTs })
}

/** All of those pages, each asked for until Slack gives it, up to four times. */
export async function* pagesSince(client: WebClient, place: PostPlace, sinceMs: number) {
  let cursor: string | undefined
  do {
    const asked = { limit: 100, cursor }
    const { messages = [], response_metadata } = await callPatiently(() => readSince(client, place, sinceMs, asked))
    yield messages
    cursor = response_metadata?.next_cursor
  } while (cursor)
}

/** What a message of ours carries unseen under a name; undefined for any other message. */
export function carriedBy({ metadata }: { metadata?: { event_payload?: unknown } }, name: string): unknown {
  const payload = metadata?.event_payload
  return typeof payload === 'object' && payload !== null ? Reflect.get(payload, name) : undefined
}

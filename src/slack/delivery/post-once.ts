import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { Installation } from '../installations.ts'
import type { Rendered } from '../views/rendered.ts'
import { backOffMs, callPatiently, readFailure } from './slack-failure.ts'

const attempts = 3
/** Slack's clock and ours may differ by this much when we look for what we said. */
const clockSkewMs = 120_000
const pagesRead = 5

export interface PostPlace {
  channelId: string
  threadTs?: string | undefined
}

/** What a message carries unseen, so that it is known for ours. */
export interface Mark {
  event_type: string
  event_payload: Record<string, string>
}

/** Posts a message and gives its ts. After a call of unclear outcome it looks whether the message stands before it posts again; throws what Slack refuses. */
export async function postOnce(
  { clients }: Pick<Installation, 'clients'>,
  place: PostPlace,
  content: Rendered | { text: string },
  { event_type, event_payload }: Mark,
): Promise<string> {
  const once = randomUUID()
  for (let attempt = 1; ; attempt++) {
    const sinceMs = Date.now()
    try {
      const { ts } = await clients.background.chat.postMessage({
        channel: place.channelId,
        ...(place.threadTs !== undefined && { thread_ts: place.threadTs }),
        ...content,
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type, event_payload: { ...event_payload, once } },
      })
      return String(ts)
    } catch (error) {
      const failure = readFailure(error)
      if (!failure || failure.kind === 'refused' || attempt === attempts) throw error
      await sleep(backOffMs(failure, attempt))
      const found =
        failure.kind === 'unreachable' ? await findPosted(clients.background, place, once, sinceMs) : undefined
      if (found !== undefined) return found
    }
  }
}

async function findPosted(
  client: WebClient,
  { channelId, threadTs }: PostPlace,
  once: string,
  sinceMs: number,
): Promise<string | undefined> {
  const asked = { channel: channelId, oldest: String((sinceMs - clockSkewMs) / 1000), include_all_metadata: true }
  let cursor: string | undefined
  for (let page = 0; page < pagesRead; page++) {
    const wanted = { ...asked, limit: 100, ...(cursor && { cursor }) }
    const { messages, response_metadata } = await callPatiently(() =>
      threadTs === undefined
        ? client.conversations.history(wanted)
        : client.conversations.replies({ ...wanted, ts: threadTs }),
    )
    const ours = messages?.find(({ metadata }) => onceOf(metadata?.event_payload) === once)
    if (ours?.ts !== undefined) return ours.ts
    cursor = response_metadata?.next_cursor
    if (!cursor) return undefined
  }
  return undefined
}

function onceOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'once' in payload ? payload.once : undefined
}

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { Installation } from '../installations.ts'
import type { Rendered } from '../views/rendered.ts'
import { carriedBy, pagesSince, type PostPlace } from './read-since.ts'
import { backOffMs, readFailure } from './slack-failure.ts'

const attempts = 3
const pagesRead = 5

/** What a message carries unseen, so that it is known for ours. */
export interface Mark {
  event_type: string
  event_payload: Record<string, string>
}

/** What notes beside an answer carry. */
export function noteAbout(about: 'decision' | 'finding' | 'review'): Mark {
  return { event_type: 'architect_note', event_payload: { about } }
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
  place: PostPlace,
  once: string,
  sinceMs: number,
): Promise<string | undefined> {
  let page = 0
  for await (const messages of pagesSince(client, place, sinceMs)) {
    const ours = messages.find((message) => carriedBy(message, 'once') === once)
    if (ours?.ts !== undefined) return ours.ts
    if (++page === pagesRead) return undefined
  }
  return undefined
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { DriftVoice, NotePosted, NotePlace } from '../../decisions/checks/tell-drift.ts'
import type { Installation, Installations } from '../installations.ts'
import { type CodeAddresses, renderDriftNote } from '../views/decisions/drift-note.ts'
import type { Rendered } from '../views/rendered.ts'
import { carriedBy, pagesSince } from './read-since.ts'
import { backOffMs, endsWithOperator, readFailure } from './slack-failure.ts'

const noteEvent = 'architect_note'
const attempts = 4

/** Posts notes about decisions in their threads or channels, each once: where an attempt may have said it, it looks before it posts again. */
export function createDriftVoice(installations: Installations, addresses: CodeAddresses): DriftVoice {
  return {
    post: async (place, words, key) => {
      const installation = await installations.find(place.teamId)
      return installation ? post(installation, place, renderDriftNote(words, addresses), key) : 'refused'
    },
    find: async (place, { key, sinceMs }) => {
      const installation = await installations.find(place.teamId)
      return installation ? findNote(installation, place, key, sinceMs) : false
    },
  }
}

async function post(installation: Installation, place: NotePlace, content: Rendered, key: string): Promise<NotePosted> {
  const sinceMs = Date.now()
  for (let attempt = 1; ; attempt++) {
    try {
      await installation.clients.background.chat.postMessage({
        channel: place.channelId,
        ...(place.threadTs && { thread_ts: place.threadTs }),
        ...content,
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: noteEvent, event_payload: { about: 'decision', drift: key } },
      })
      return 'said'
    } catch (error) {
      const failure = readFailure(error)
      if (!failure) throw error
      if (failure.kind === 'refused') return endsWithOperator(failure.code) ? 'not-now' : 'refused'
      if (attempt === attempts) return 'not-now'
      await sleep(backOffMs(failure, attempt))
      if (failure.kind === 'rate-limited') continue
      const found = await findNote(installation, place, key, sinceMs)
      if (found !== false) return found ? 'said' : 'not-now'
    }
  }
}

/** Whether a note of this name stands in a thread or a channel; undefined when Slack cannot say. A thread that is gone holds none. */
async function findNote(
  { clients }: Installation,
  place: NotePlace,
  key: string,
  sinceMs: number,
): Promise<boolean | undefined> {
  try {
    for await (const messages of pagesSince(clients.background, place, sinceMs))
      if (messages.some((message) => carriedBy(message, 'drift') === key)) return true
    return false
  } catch (error) {
    const failure = readFailure(error)
    if (!failure) throw error
    return failure.kind === 'refused' && !endsWithOperator(failure.code) ? false : undefined
  }
}

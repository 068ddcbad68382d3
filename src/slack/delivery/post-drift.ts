import { setTimeout as sleep } from 'node:timers/promises'
import type { DriftVoice, NotePosted, NotePlace } from '../../decisions/checks/tell-drift.ts'
import type { Installation, Installations } from '../installations.ts'
import { type CodeAddresses, renderDriftNote } from '../views/decisions/drift-note.ts'
import type { Rendered } from '../views/rendered.ts'
import { backOffMs, callPatiently, readFailure } from './slack-failure.ts'

const noteEvent = 'architect_note'
const attempts = 4
/** Slack's clock and ours may differ by this much. */
const clockSkewMs = 120_000

/** Refusals that the operator ends: what was refused can be said later. */
const operators = new Set(['account_inactive', 'invalid_auth', 'missing_scope', 'not_authed', 'token_revoked'])

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
      if (failure.kind === 'refused') return operators.has(failure.code) ? 'not-now' : 'refused'
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
  { channelId, threadTs }: NotePlace,
  key: string,
  sinceMs: number,
): Promise<boolean | undefined> {
  const oldest = String((sinceMs - clockSkewMs) / 1000)
  const asked = { channel: channelId, oldest, include_all_metadata: true, limit: 100 }
  let cursor: string | undefined
  try {
    do {
      const page = await callPatiently(() =>
        threadTs === undefined
          ? clients.background.conversations.history({ ...asked, ...(cursor && { cursor }) })
          : clients.background.conversations.replies({ ...asked, ts: threadTs, ...(cursor && { cursor }) }),
      )
      if (page.messages?.some(({ metadata }) => keyOf(metadata?.event_payload) === key)) return true
      cursor = page.response_metadata?.next_cursor
    } while (cursor)
    return false
  } catch (error) {
    const failure = readFailure(error)
    if (!failure) throw error
    return failure.kind === 'refused' && !operators.has(failure.code) ? false : undefined
  }
}

function keyOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'drift' in payload ? payload.drift : undefined
}

import type { Store } from '../../db/open-store.ts'
import { acceptDeletion, acceptEdit } from '../../turns/accept-change.ts'
import { acceptMessage } from '../../turns/accept-message.ts'
import { type EventEnvelope, teamOf } from '../envelope.ts'
import { readMessage } from './read-message.ts'

export interface AcceptDeps {
  store: Store
  findBotUserId: (teamId: string) => Promise<string | undefined>
  /** Called when there is something to answer. */
  ring: () => void
  /** Called when a running answer was asked to stop by a message. */
  stop: () => void
  now: () => number
}

const storedEvents = new Set(['app_mention', 'message'])

/** Whether an event must be on disk before it is acknowledged; all others go through Bolt. */
export function isStoredEvent(envelope: EventEnvelope): boolean {
  return storedEvents.has(envelope.event.type)
}

/** Stores a mention or message. When the promise resolves the event may be acknowledged; when it throws Slack must send it again. */
export async function acceptEvent(deps: AcceptDeps, envelope: EventEnvelope): Promise<void> {
  const teamId = teamOf(envelope)
  const botUserId = await deps.findBotUserId(teamId)
  if (!botUserId) return
  const change = readMessage(envelope.event, teamId, botUserId)
  switch (change.kind) {
    case 'said': {
      const acceptance = await acceptMessage(deps.store, change.message, deps.now())
      if (acceptance === 'queued') deps.ring()
      if (acceptance === 'stopping') deps.stop()
      return
    }
    case 'edited':
      return acceptEdit(deps.store, change, deps.now())
    case 'deleted':
      return acceptDeletion(deps.store, change)
    case 'ignored':
      return undefined
  }
}

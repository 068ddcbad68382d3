import type { App } from '@slack/bolt'
import { readEnvelope, type EventEnvelope } from '../envelope.ts'
import { isStoredEvent } from '../listeners/accept-event.ts'

/** A verified request of Slack, whichever way it came. */
export interface SlackRequest {
  body: Record<string, unknown>
  retryNum?: number | undefined
  retryReason?: string | undefined
}

/** Sends Slack's acknowledgement; `response` is what a command, action or view may answer with. */
export type Acknowledge = (response?: unknown) => Promise<void>

/** Handles one request and acknowledges it. Throws, unacknowledged, when Slack must send it again. */
export type Dispatch = (request: SlackRequest, acknowledge: Acknowledge) => Promise<void>

/** Builds the one path that both receivers share: stored events go to disk first, everything else to Bolt's listeners. */
export function createDispatch(app: App, accept: (envelope: EventEnvelope) => Promise<void>): Dispatch {
  return async (request, acknowledge) => {
    const envelope = readEnvelope(request.body)
    if (envelope && isStoredEvent(envelope)) {
      await accept(envelope)
      return acknowledge()
    }
    if (!envelope) return app.processEvent({ ...request, ack: acknowledge } as Parameters<App['processEvent']>[0])
    // Bolt acknowledges events before their listeners run, so its acknowledgement is withheld until they are done.
    await app.processEvent({ ...request, ack: async () => {} } as Parameters<App['processEvent']>[0])
    return acknowledge()
  }
}

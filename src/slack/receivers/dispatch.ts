import type { App } from '@slack/bolt'
import { isNotInstalled } from '../bolt-app.ts'
import { readEnvelope, type EventEnvelope } from '../envelope.ts'
import { isStoredEvent } from '../listeners/accept-event.ts'
import { sentences } from '../views/sentences.ts'

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
    try {
      if (!envelope) return await process(app, request, acknowledge)
      // Bolt acknowledges events before their listeners run, so its acknowledgement is withheld until they are done.
      await process(app, request, async () => {})
      return await acknowledge()
    } catch (error) {
      if (!isNotInstalled(error)) throw error
      return acknowledge('command' in request.body ? { text: sentences.notInstalled } : undefined)
    }
  }
}

function process(app: App, request: SlackRequest, ack: Acknowledge): Promise<void> {
  // Bolt's own type of a request also knows retries of which we know only some.
  return app.processEvent({ ...request, ack } as Parameters<App['processEvent']>[0])
}

import type { Json } from './world.ts'

export type DeliveryKind = 'events_api' | 'slash_commands' | 'interactive'

type FailureReason = 'http_timeout' | 'http_error' | 'connection_failed' | 'timeout' | 'not_connected'

/** What came of one attempt: the bot's answer, or why Slack counts it as not delivered. */
export type AttemptResult =
  | { acked: true; payload: unknown; status: number }
  | { acked: false; reason: FailureReason; status?: number; noRetry?: boolean }

export interface Retry {
  attempt: number
  reason: FailureReason
}

/** One way to the bot: HTTP requests or Socket Mode. Sends once and resolves, whatever happens. */
export interface Transport {
  send(kind: DeliveryKind, payload: Json, retry?: Retry): Promise<AttemptResult>
}

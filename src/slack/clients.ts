import { WebClient, type WebClientOptions } from '@slack/web-api'
import type { Logger } from '../log.ts'
import { quietBoltLogger } from './bolt-logger.ts'
import { fetchWhole } from './fetch-whole.ts'

/** Two clients for one workspace, since one 429 holds up everything that waits on the same client. */
export interface SlackClients {
  /** For what a person waits for with a finger on the button: modals, home tab, ephemeral replies. */
  interactive: WebClient
  /** For answers and look-ups. Makes one attempt and reports rate limits: whoever speaks decides whether to try again. */
  background: WebClient
}

export interface ClientOptions {
  apiUrl: string
  log: Logger
}

/** Builds a workspace's two clients, both with finite timeouts. */
export function createClients(token: string, options: ClientOptions): SlackClients {
  const logger = quietBoltLogger(options.log)
  const common: WebClientOptions = { slackApiUrl: options.apiUrl, logger, fetch: fetchWhole }
  return {
    interactive: new WebClient(token, { ...common, timeout: 5000, retryConfig: { retries: 1, minTimeout: 200 } }),
    background: new WebClient(token, {
      ...common,
      timeout: 10_000,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    }),
  }
}

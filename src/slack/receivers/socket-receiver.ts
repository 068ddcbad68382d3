import { setTimeout as sleep } from 'node:timers/promises'
import { SocketModeClient } from '@slack/socket-mode'
import type { Logger } from '../../log.ts'
import { quietBoltLogger } from '../bolt-logger.ts'
import { readFailure } from '../delivery/slack-failure.ts'
import { fetchWhole } from '../fetch-whole.ts'
import { SlackAccessError } from '../installations.ts'
import type { Dispatch } from './dispatch.ts'

interface SocketEvent {
  ack: (response?: Record<string, unknown>) => Promise<void>
  body: Record<string, unknown>
  retry_num?: number
  retry_reason?: string
}

const longestWaitMs = 30_000
/** How long a goodbye may take when Slack does not answer it. */
const goodbyeMs = 1000

/**
 * Takes events over Socket Mode and acknowledges each only when it is safe with us. It reconnects by itself: the client's
 * own way waits 20 seconds first, and ends the process when Slack refuses the app token meanwhile.
 */
export class SocketReceiver {
  readonly #client: SocketModeClient
  readonly #log: Logger
  readonly #closing = new AbortController()
  #dispatch: Dispatch | undefined
  #connecting = false
  #trouble: string | undefined = 'not connected'

  constructor(options: { appToken: string; apiUrl: string; log: Logger }) {
    this.#log = options.log
    this.#client = new SocketModeClient({
      appToken: options.appToken,
      autoReconnectEnabled: false,
      logger: quietBoltLogger(options.log),
      clientPingTimeout: 20_000,
      serverPingTimeout: 60_000,
      clientOptions: {
        slackApiUrl: options.apiUrl,
        timeout: 10_000,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        fetch: fetchWhole,
      },
    })
    this.#client.on('connected', () => {
      this.#trouble = undefined
    })
    this.#client.on('disconnected', () => {
      this.#trouble ??= 'not connected'
      if (this.#dispatch && !this.#connecting) void this.#reconnect()
    })
    this.#client.on('error', (error: unknown) => this.#log.warn({ err: error }, 'socket error'))
    this.#client.on('slack_event', (event: SocketEvent) => void this.#receive(event))
  }

  /** Why no events arrive now; undefined while they do. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** Resolves when the first connection stands, however long Slack is away; throws SlackAccessError when it refuses the app token. */
  async start(dispatch: Dispatch): Promise<void> {
    this.#dispatch = dispatch
    await this.#connect((refusal) => {
      throw refusal
    })
  }

  async close(): Promise<void> {
    this.#dispatch = undefined
    this.#trouble = 'stopping'
    this.#closing.abort()
    await Promise.race([this.#client.disconnect(), sleep(goodbyeMs, undefined, { ref: false })])
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect((refusal) => {
        this.#trouble = refusal.message
        this.#log.error({ reason: refusal.message }, 'cannot reconnect')
      })
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log.error({ err: error }, 'gave up reconnecting')
    }
  }

  async #connect(onRefusal: (refusal: SlackAccessError) => void): Promise<void> {
    this.#connecting = true
    try {
      for (let attempt = 0; !(await this.#tryOnce(onRefusal)); attempt++)
        await sleep(Math.min(500 * 1.5 ** attempt, longestWaitMs), undefined, { signal: this.#closing.signal })
    } finally {
      this.#connecting = false
    }
  }

  async #tryOnce(onRefusal: (refusal: SlackAccessError) => void): Promise<boolean> {
    try {
      await this.#client.start()
      return true
    } catch (error) {
      const failure = readFailure(error)
      if (failure?.kind === 'refused') onRefusal(explainRefusal(failure.code, error))
      else this.#log.warn({ reason: failure?.kind ?? 'the connection was closed' }, 'not connected to Slack')
      return false
    }
  }

  async #receive(event: SocketEvent): Promise<void> {
    try {
      if (!this.#dispatch) return
      let acknowledged = false
      const acknowledge = async (response?: unknown) => {
        if (acknowledged) return
        acknowledged = true
        await event.ack(toPayload(response))
      }
      await this.#dispatch(
        { body: event.body, retryNum: event.retry_num, retryReason: event.retry_reason },
        acknowledge,
      )
      await acknowledge()
    } catch (error) {
      this.#log.error({ err: error }, 'event not accepted, Slack will send it again')
    }
  }
}

function explainRefusal(code: string, cause: unknown): SlackAccessError {
  const how = 'under Basic Information, create an app-level token (xapp-…) with connections:write'
  return new SlackAccessError(`Slack refused SLACK_APP_TOKEN (${code}): ${how}, and see that Socket Mode is on.`, {
    cause,
  })
}

function toPayload(response: unknown): Record<string, unknown> | undefined {
  if (typeof response === 'string') return { text: response }
  return typeof response === 'object' && response !== null ? { ...response } : undefined
}

import { SocketModeClient } from '@slack/socket-mode'
import type { Logger } from '../../log.ts'
import { quietBoltLogger } from '../bolt-logger.ts'
import type { Dispatch } from './dispatch.ts'

interface SocketEvent {
  ack: (response?: Record<string, unknown>) => Promise<void>
  body: Record<string, unknown>
  retry_num?: number
  retry_reason?: string
}

/** Takes events over Socket Mode and acknowledges each only when it is safe with us; reconnects for as long as it lives. */
export class SocketReceiver {
  readonly #client: SocketModeClient
  readonly #log: Logger
  #connected = false
  #dispatch: Dispatch | undefined

  constructor(options: { appToken: string; apiUrl: string; log: Logger }) {
    this.#log = options.log
    this.#client = new SocketModeClient({
      appToken: options.appToken,
      logger: quietBoltLogger(options.log),
      clientPingTimeout: 20_000,
      serverPingTimeout: 60_000,
      // An options object of its own: the client changes what it is given, and without retries a failed reconnect ends the process.
      clientOptions: {
        slackApiUrl: options.apiUrl,
        timeout: 10_000,
        retryConfig: { forever: true, factor: 1.3, minTimeout: 500, maxTimeout: 30_000 },
      },
    })
    this.#client.on('connected', () => {
      this.#connected = true
    })
    for (const away of ['disconnected', 'reconnecting', 'connecting'])
      this.#client.on(away, () => {
        this.#connected = false
      })
    this.#client.on('error', (error: unknown) => this.#log.warn({ err: error }, 'socket error'))
    this.#client.on('slack_event', (event: SocketEvent) => void this.#receive(event))
  }

  get connected(): boolean {
    return this.#connected
  }

  /** Resolves when the first connection stands; throws when Slack refuses the app token. */
  async start(dispatch: Dispatch): Promise<void> {
    this.#dispatch = dispatch
    await this.#client.start()
  }

  async close(): Promise<void> {
    this.#dispatch = undefined
    this.#connected = false
    await this.#client.disconnect()
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

function toPayload(response: unknown): Record<string, unknown> | undefined {
  if (typeof response === 'string') return { text: response }
  return typeof response === 'object' && response !== null ? { ...response } : undefined
}

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { isObject } from './json.ts'
import type { AttemptResult, DeliveryKind, Retry, Transport } from './transport.ts'
import type { Json } from './world.ts'

/** Slack refuses an app's eleventh connection (node-slack-sdk#1654). */
const MAX_CONNECTIONS = 10

interface SocketOptions {
  appId: string
  ackTimeoutMs: number
  pingIntervalMs: number
}

interface Waiting {
  socket: WebSocket
  finish: (result: AttemptResult) => void
}

export type DisconnectReason = 'refresh_requested' | 'warning' | 'link_disabled' | 'too_many_websockets'

/** Socket Mode's server side: each envelope goes to one open connection and waits for its acknowledgement. */
export class SocketTransport implements Transport {
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #connections = new Set<WebSocket>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #tickets = new Set<string>()
  readonly #options: SocketOptions
  #turn = 0
  #ackCount = 0

  constructor(options: SocketOptions) {
    this.#options = options
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Every acknowledgement frame received so far, also of envelopes no longer waited for. */
  get ackCount(): number {
    return this.#ackCount
  }

  issueTicket(): string {
    const ticket = randomUUID()
    this.#tickets.add(ticket)
    return ticket
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://slack').searchParams.get('ticket') ?? ''
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(request, socket, head, (connection) => this.#welcome(connection))
  }

  #welcome(connection: WebSocket): void {
    if (this.#connections.size >= MAX_CONNECTIONS) {
      sendDisconnect(connection, 'too_many_websockets')
      connection.close(1000)
      return
    }
    this.#connections.add(connection)
    const pings = setInterval(() => connection.ping('Ping from the stand-in'), this.#options.pingIntervalMs)
    connection.on('message', (data: Buffer) => this.#readAck(data.toString('utf8')))
    connection.on('error', () => connection.terminate())
    connection.on('close', () => {
      clearInterval(pings)
      this.#forget(connection)
    })
    connection.send(JSON.stringify(this.#hello()))
    connection.ping('Ping from the stand-in')
  }

  #hello(): Json {
    return {
      type: 'hello',
      num_connections: this.#connections.size,
      debug_info: { host: 'stand-in', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: this.#options.appId },
    }
  }

  #forget(connection: WebSocket): void {
    this.#connections.delete(connection)
    for (const waiting of this.#waiting.values()) {
      if (waiting.socket === connection) waiting.finish({ acked: false, reason: 'not_connected' })
    }
  }

  #readAck(data: string): void {
    const frame: unknown = JSON.parse(data)
    if (!isObject(frame) || typeof frame.envelope_id !== 'string') return
    this.#ackCount += 1
    const payload = isObject(frame.payload) && Object.keys(frame.payload).length > 0 ? frame.payload : undefined
    this.#waiting.get(frame.envelope_id)?.finish({ acked: true, status: 200, payload })
  }

  send(kind: DeliveryKind, payload: Json, retry?: Retry): Promise<AttemptResult> {
    const open = [...this.#connections].filter((connection) => connection.readyState === connection.OPEN)
    const socket = open[this.#turn++ % Math.max(open.length, 1)]
    if (!socket) return Promise.resolve({ acked: false, reason: 'not_connected' })
    const envelopeId = randomUUID()
    socket.send(JSON.stringify(envelope(envelopeId, kind, payload, retry)))
    return this.#waitForAck(envelopeId, socket)
  }

  #waitForAck(envelopeId: string, socket: WebSocket): Promise<AttemptResult> {
    return new Promise((resolve) => {
      const finish = (result: AttemptResult) => {
        clearTimeout(timer)
        this.#waiting.delete(envelopeId)
        resolve(result)
      }
      const timer = setTimeout(() => finish({ acked: false, reason: 'timeout' }), this.#options.ackTimeoutMs)
      this.#waiting.set(envelopeId, { socket, finish })
    })
  }

  /** Tells every connection to reconnect, as Slack does every few hours; the bot closes them. */
  requestReconnect(reason: DisconnectReason): void {
    for (const connection of this.#connections) sendDisconnect(connection, reason)
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const connection of this.#connections) connection.terminate()
  }

  /** Says goodbye to every connection, and cuts those that do not answer within 100 ms. */
  async close(): Promise<void> {
    const open = [...this.#connections]
    const gone = open.map((connection) => new Promise((resolve) => connection.once('close', resolve)))
    for (const connection of open) connection.close(1001)
    const timer = setTimeout(() => this.cut(), 100)
    await Promise.all(gone)
    clearTimeout(timer)
    this.#server.close()
  }
}

function sendDisconnect(connection: WebSocket, reason: DisconnectReason): void {
  connection.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'stand-in' } }))
}

function envelope(envelopeId: string, kind: DeliveryKind, payload: Json, retry?: Retry): Json {
  const frame = {
    envelope_id: envelopeId,
    type: kind,
    payload,
    accepts_response_payload: kind !== 'events_api',
  }
  if (kind !== 'events_api') return frame
  return { ...frame, retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' }
}

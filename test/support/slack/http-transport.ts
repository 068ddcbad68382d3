import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { readBody } from './read-body.ts'
import { signBody } from './signature.ts'
import type { AttemptResult, DeliveryKind, Retry, Transport } from './transport.ts'
import type { Json } from './world.ts'

interface HttpTarget {
  url: string
  signingSecret: string
  ackTimeoutMs: number
}

export interface RawRequest {
  url: string
  body: string
  contentType: string
  headers?: Record<string, string>
  timeoutMs: number
}

/** Posts signed requests to the bot's URL, as Slack does when Socket Mode is off. */
export class HttpTransport implements Transport {
  readonly #target: HttpTarget

  constructor(target: HttpTarget) {
    this.#target = target
  }

  async send(kind: DeliveryKind, payload: Json, retry?: Retry): Promise<AttemptResult> {
    const { url, signingSecret, ackTimeoutMs } = this.#target
    const { body, contentType } = encodePayload(kind, payload)
    const timestamp = Math.floor(Date.now() / 1000)
    return postRaw({
      url,
      body,
      contentType,
      timeoutMs: ackTimeoutMs,
      headers: {
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signBody(signingSecret, timestamp, body),
        ...(retry && { 'x-slack-retry-num': String(retry.attempt), 'x-slack-retry-reason': retry.reason }),
      },
    })
  }
}

function encodePayload(kind: DeliveryKind, payload: Json): { body: string; contentType: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' }
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : payload
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value))
  return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' }
}

/** Posts a body exactly as given and reports the outcome; never rejects. */
export function postRaw(raw: RawRequest): Promise<AttemptResult> {
  return new Promise((resolve) => {
    const outgoing = request(raw.url, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': raw.contentType,
        'content-length': Buffer.byteLength(raw.body),
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        accept: '*/*',
        ...raw.headers,
      },
    })
    const timer = setTimeout(() => {
      resolve({ acked: false, reason: 'http_timeout' })
      outgoing.destroy()
    }, raw.timeoutMs)
    const finish = (result: AttemptResult) => {
      clearTimeout(timer)
      resolve(result)
    }
    outgoing.on('error', () => finish({ acked: false, reason: 'connection_failed' }))
    outgoing.on('response', (response) => void readAnswer(response).then(finish))
    outgoing.end(raw.body)
  })
}

async function readAnswer(response: IncomingMessage): Promise<AttemptResult> {
  const status = response.statusCode ?? 0
  const noRetry = response.headers['x-slack-no-retry'] === '1'
  try {
    const body = (await readBody(response)).toString('utf8')
    if (status < 200 || status > 299) return { acked: false, reason: 'http_error', status, noRetry }
    return { acked: true, status, payload: parseAnswer(response.headers['content-type'] ?? '', body) }
  } catch {
    return { acked: false, reason: 'connection_failed', status }
  }
}

function parseAnswer(contentType: string, body: string): unknown {
  if (body === '') return undefined
  if (!contentType.includes('json') && !body.startsWith('{')) return { text: body }
  try {
    return JSON.parse(body)
  } catch {
    return { text: body }
  }
}

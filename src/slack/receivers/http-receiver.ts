import type { IncomingMessage, ServerResponse } from 'node:http'
import { HTTPModuleFunctions } from '@slack/bolt'
import type { Logger } from '../../log.ts'
import type { Acknowledge, Dispatch } from './dispatch.ts'
import { isSignedBySlack } from './signature.ts'

const bodyLimitBytes = 4 * 1024 * 1024

/** Answers Slack's signed HTTP requests: 200 only when the event is safe with us, 401 when the signature is not Slack's, 503 when Slack should try again. */
export class HttpReceiver {
  readonly #signingSecret: string
  readonly #log: Logger
  #dispatch: Dispatch | undefined

  constructor(signingSecret: string, log: Logger) {
    this.#signingSecret = signingSecret
    this.#log = log
  }

  /** Requests before this are answered with 503. */
  listen(dispatch: Dispatch): void {
    this.#dispatch = dispatch
  }

  /** From now on Slack is told to come again: the next start takes what it sends. */
  close(): void {
    this.#dispatch = undefined
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const dispatch = this.#dispatch
    if (!dispatch) return send(response, 503)
    const body = await this.#readVerified(request, response)
    if (!body) return undefined
    if ('ssl_check' in body) return send(response, 200)
    if (body.type === 'url_verification') return send(response, 200, { challenge: body.challenge })
    const acknowledge: Acknowledge = async (answer) => {
      if (!response.headersSent) send(response, 200, answer)
    }
    try {
      await dispatch(
        {
          body,
          retryNum: HTTPModuleFunctions.extractRetryNumFromHTTPRequest(request),
          retryReason: HTTPModuleFunctions.extractRetryReasonFromHTTPRequest(request),
        },
        acknowledge,
      )
      return acknowledge()
    } catch (error) {
      this.#log.error({ err: error }, 'request not accepted, Slack will send it again')
      if (!response.headersSent) send(response, 503)
      return undefined
    }
  }

  async #readVerified(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Record<string, unknown> | undefined> {
    try {
      const buffered = await HTTPModuleFunctions.bufferIncomingMessage(request, bodyLimitBytes)
      const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = request.headers
      const signed = { body: buffered.rawBody, timestamp, signature }
      // Slack signs everything but its checks of the certificate.
      if (isSignedBySlack(signed, this.#signingSecret, Date.now())) return readBody(buffered)
      if (isSslCheck(buffered)) return { ssl_check: '1' }
      return this.#refuse(response, 401, 'not signed by Slack, or not just now')
    } catch (error) {
      const status = HTTPModuleFunctions.isRawBodyError(error) ? error.statusCode : 400
      return this.#refuse(response, status, error instanceof Error ? error.message : String(error))
    }
  }

  #refuse(response: ServerResponse, status: number, reason: string): undefined {
    this.#log.warn({ status, reason }, 'request refused')
    send(response, status)
  }
}

type BufferedRequest = Awaited<ReturnType<typeof HTTPModuleFunctions.bufferIncomingMessage>>

function readBody(request: BufferedRequest): Record<string, unknown> {
  const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(request)
  if (typeof body !== 'object' || body === null) throw new SyntaxError('the body is not an object')
  return { ...body }
}

function isSslCheck({ headers, rawBody }: BufferedRequest): boolean {
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded'
  return isForm && new URLSearchParams(rawBody.toString()).get('ssl_check') === '1'
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  const json = typeof body === 'object'
  const text = json ? JSON.stringify(body) : typeof body === 'string' ? body : ''
  response.writeHead(status, {
    'content-type': json ? 'application/json' : 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

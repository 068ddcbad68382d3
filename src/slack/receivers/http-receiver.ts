import type { IncomingMessage, ServerResponse } from 'node:http'
import { HTTPModuleFunctions } from '@slack/bolt'
import type { Logger } from '../../log.ts'
import type { Acknowledge, Dispatch } from './dispatch.ts'

const bodyLimitBytes = 4 * 1024 * 1024
const clockToleranceSeconds = 300

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
    const body = await this.#verify(request, response)
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

  async #verify(request: IncomingMessage, response: ServerResponse): Promise<Record<string, unknown> | undefined> {
    try {
      const verified = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(
        { enabled: true, signingSecret: this.#signingSecret, bodyLimit: bodyLimitBytes },
        request,
      )
      // Bolt refuses a signature that is too old but takes one from any time in the future.
      const sentAt = Number(request.headers['x-slack-request-timestamp'] ?? 0)
      if (sentAt > Date.now() / 1000 + clockToleranceSeconds) throw new Error('signed in the future')
      return readBody(verified)
    } catch (error) {
      const status = HTTPModuleFunctions.isRawBodyError(error)
        ? error.statusCode
        : error instanceof SyntaxError
          ? 400
          : 401
      this.#log.warn({ status, reason: error instanceof Error ? error.message : String(error) }, 'request refused')
      send(response, status)
      return undefined
    }
  }
}

type VerifiedRequest = Awaited<ReturnType<typeof HTTPModuleFunctions.parseAndVerifyHTTPRequest>>

function readBody(request: VerifiedRequest): Record<string, unknown> {
  const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(request)
  if (typeof body !== 'object' || body === null) throw new SyntaxError('the body is not an object')
  return { ...body }
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

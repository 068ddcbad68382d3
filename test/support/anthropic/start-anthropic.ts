import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { toAnswer } from './message.ts'
import { findModel, models, toModelInfo } from './models.ts'
import { PromptCache, promptTokens } from './prompt-cache.ts'
import { refuse } from './refusals.ts'
import { Script, type Failure, type MessageRequest, type Reply, type When } from './script.ts'
import { sendStream } from './send-stream.ts'
import { TurnMemory } from './turn-memory.ts'
import { blocksOf, invalid, type WireBody, type WireError, type WireUsage } from './wire.ts'

export interface AnthropicOptions {
  /** The only key it accepts. */
  readonly key: string
  /** Prompts below that many tokens are not cached. Default 1024. */
  readonly minCacheTokens?: number
  /** False: it has no path that counts tokens. Default true. */
  readonly counts?: boolean
  /** For the cache's lifetimes, milliseconds. Default Date.now. */
  readonly now?: () => number
}

/** Starts a strict stand-in for the Claude API on a free local port. */
export async function startAnthropic(options: AnthropicOptions): Promise<AnthropicStandIn> {
  const standIn = new AnthropicStandIn(options)
  await standIn.listen()
  return standIn
}

const always: When = () => true
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

export class AnthropicStandIn {
  /** Every POST /v1/messages that was accepted or refused, in order. */
  readonly requests: MessageRequest[] = []
  /** What every answer is billed, in order, whether or not the client saw all of it. */
  readonly billed: WireUsage[] = []
  /** The path of every request. */
  readonly paths: string[] = []
  readonly #key: string
  readonly #counts: boolean
  readonly #server: Server
  readonly #script = new Script()
  readonly #turns = new TurnMemory()
  readonly #cache: PromptCache

  constructor({ key, minCacheTokens = 1024, counts = true, now = Date.now }: AnthropicOptions) {
    this.#key = key
    this.#counts = counts
    this.#cache = new PromptCache(minCacheTokens, now)
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  get url(): string {
    // A TCP server's address is an AddressInfo; only pipes have a string.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  /** Answers the next request that matches `when` with this. */
  reply(reply: Reply, when: When = always): void {
    this.#script.add({ reply }, when, 1)
  }

  /** Fails the next request, or the next `times` requests, that match `when`. */
  fail(failure: Failure, when: When = always): void {
    this.#script.add({ failure }, when, failure.times ?? 1)
  }

  /** Answers every request for which nothing is queued. */
  replyWith(answer: (request: MessageRequest) => Reply | Failure): void {
    this.#script.setOtherwise(answer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    this.paths.push(path)
    response.setHeader('request-id', `req_${this.paths.length}`)
    const raw = await readBody(request)
    const refused = this.#refuseHeaders(request)
    if (refused) return sendError(response, refused)
    if (request.method === 'GET' && path.startsWith('/v1/models')) return sendModels(response, path)
    if (request.method !== 'POST') return sendError(response, notFound(path))
    const body = parseBody(raw)
    if ('status' in body) return sendError(response, body)
    if (path === '/v1/messages/count_tokens' && this.#counts) return this.#count(response, body)
    if (path === '/v1/messages') return await this.#answer(request, response, body, raw)
    return sendError(response, notFound(path))
  }

  #refuseHeaders({ headers }: IncomingMessage): WireError | undefined {
    if (!headers['anthropic-version']) return invalid('anthropic-version: header is required')
    const sent = headers.authorization?.replace(/^Bearer /, '') ?? headers['x-api-key']
    return sent === this.#key ? undefined : { status: 401, type: 'authentication_error', message: 'invalid x-api-key' }
  }

  #count(response: ServerResponse, body: WireBody): void {
    const refused = refuse({ ...body, max_tokens: 1 }, () => false)
    if (refused) return sendError(response, refused)
    return sendJson(response, 200, { input_tokens: promptTokens(body) })
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: WireBody, raw: string): Promise<void> {
    const refused = refuse(body, (message) => this.#turns.isPaused(message)) ?? this.#turns.refuse(body)
    const recorded = record(request, response, body, raw)
    this.requests.push(recorded)
    if (refused) return sendError(response, refused)
    const next = this.#script.next(recorded)
    if ('failure' in next) return sendFailure(response, next.failure)
    if (next.reply.startMs) await sleep(next.reply.startMs)
    const answer = toAnswer(next.reply, body, this.#cache.use(body))
    this.#turns.note(answer)
    this.billed.push(answer.usage)
    if (body.stream) return await sendStream(response, answer, next.reply)
    return sendJson(response, 200, answer)
  }
}

function record(request: IncomingMessage, response: ServerResponse, body: WireBody, raw: string): MessageRequest {
  const last = body.messages?.findLast((message) => message.role === 'user')
  let hungUp = false
  response.on('close', () => (hungUp = !response.writableFinished))
  return {
    body,
    raw,
    // Node joins repeated headers of every kind the SDK sends into one string.
    headers: request.headers as Record<string, string | undefined>,
    lastText: last ? textOf(last.content) : '',
    isExtraction: body.output_config?.format !== undefined,
    hungUp: () => hungUp,
  }
}

function textOf(content: WireBody['messages'][number]['content']): string {
  return blocksOf(content)
    .map((block) => block.text ?? (block.content ? textOf(block.content) : ''))
    .join('\n')
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  // Without an encoding set, a request yields Buffers.
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function parseBody(raw: string): WireBody | WireError {
  try {
    // The refusals look at every field they use.
    return JSON.parse(raw, refuseHalfPairs) as WireBody
  } catch (error) {
    return invalid(`The request body is not valid JSON: ${String(error)}`)
  }
}

function refuseHalfPairs(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Error('no low surrogate in string')
  return value
}

function sendModels(response: ServerResponse, path: string): void {
  const id = decodeURIComponent(path.replace(/^\/v1\/models\/?/, ''))
  if (id === '') {
    const data = models.filter((model) => model.lifecycle !== 'retired').map(toModelInfo)
    return sendJson(response, 200, { data, has_more: false, first_id: data[0]?.id, last_id: data.at(-1)?.id })
  }
  const model = findModel(id)
  return model
    ? sendJson(response, 200, toModelInfo(model))
    : sendError(response, { status: 404, type: 'not_found_error', message: `model: ${id}` })
}

function sendFailure(response: ServerResponse, failure: Failure): void {
  const { status, message = 'Scripted failure', retryAfter, errorCode } = failure
  if (status === 'drop-connection') return void response.destroy()
  if (status === 'never-answer') return
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
  const type = failure.type ?? errorTypes[status] ?? 'api_error'
  const details = errorCode ? { error_code: errorCode } : null
  return sendError(response, { status, type, message }, details)
}

function sendError(
  response: ServerResponse,
  { status, type, message }: WireError,
  details: object | null = null,
): void {
  const error = details ? { type, message, details } : { type, message }
  return sendJson(response, status, { type: 'error', error, request_id: response.getHeader('request-id') })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function notFound(path: string): WireError {
  return { status: 404, type: 'not_found_error', message: `Not found: ${path}` }
}

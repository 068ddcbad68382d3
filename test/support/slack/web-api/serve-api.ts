import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault, Faults } from '../faults.ts'
import { parseArguments, readBody } from '../read-body.ts'
import type { Json } from '../world.ts'
import type { ApiAnswer, ApiParts } from './answer-call.ts'
import { answerCall, tooManyRequests } from './answer-call.ts'

/** One call as it arrived, and what it was answered; `answer` is missing when the caller got none. */
export interface ApiRequest {
  method: string
  token: string | undefined
  args: Json
  rawBody: string
  headers: IncomingMessage['headers']
  atMs: number
  answer?: { status: number; body: Json }
}

type Parsed = ReturnType<typeof parseArguments>

export interface ApiLog {
  requests: ApiRequest[]
  faults: Faults
}

export async function serveApi(
  parts: ApiParts & ApiLog,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const method = url.pathname.slice('/api/'.length)
  const rawBody = (await readBody(request)).toString('utf8')
  const parsed =
    request.method === 'GET' ? { values: {} } : parseArguments(request.headers['content-type'] ?? '', rawBody)
  const values: Json = { ...Object.fromEntries(url.searchParams), ...basicCredentials(request), ...readValues(parsed) }
  const record: ApiRequest = {
    method,
    token: bearerToken(request) ?? (typeof values.token === 'string' ? values.token : undefined),
    args: values,
    rawBody,
    headers: request.headers,
    atMs: parts.core.world.clock.nowMs(),
  }
  parts.requests.push(record)
  const fault = parts.faults.take(method)
  if (fault?.delayMs !== undefined) await pause(fault.delayMs)
  const takesEffect = !fault || fault.afterEffect === true || !replacesAnswer(fault)
  const answer = takesEffect ? answerParsed(parts, record, parsed) : undefined
  sendAnswer(response, record, fault, answer)
}

function answerParsed(parts: ApiParts, record: ApiRequest, parsed: Parsed): ApiAnswer {
  if ('error' in parsed) {
    return { status: 200, body: { ok: false, error: parsed.error }, headers: {} }
  }
  return answerCall(parts, { method: record.method, token: record.token, values: record.args })
}

function sendAnswer(
  response: ServerResponse,
  record: ApiRequest,
  fault: Fault | undefined,
  answer: ApiAnswer | undefined,
): void {
  if (fault?.hang) return
  if (fault?.cut) {
    response.destroy()
    return
  }
  const final = fault ? (faultAnswer(fault) ?? answer) : answer
  if (!final) return
  record.answer = { status: final.status, body: final.body }
  response.writeHead(final.status, { 'content-type': 'application/json; charset=utf-8', ...final.headers })
  response.end(JSON.stringify(final.body))
}

function readValues(parsed: Parsed): Json {
  return 'values' in parsed ? parsed.values : {}
}

function replacesAnswer(fault: Fault): boolean {
  return fault.hang === true || fault.cut === true || faultAnswer(fault) !== undefined
}

function faultAnswer(fault: Fault): ApiAnswer | undefined {
  if (fault.retryAfterSeconds !== undefined) return tooManyRequests(fault.retryAfterSeconds)
  if (fault.status !== undefined) return { status: fault.status, body: {}, headers: {} }
  if (fault.error !== undefined) return { status: 200, body: { ok: false, error: fault.error }, headers: {} }
  return undefined
}

function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

function basicCredentials(request: IncomingMessage): Json {
  const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (encoded === undefined) return {}
  const [clientId, clientSecret] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return { client_id: clientId, client_secret: clientSecret }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

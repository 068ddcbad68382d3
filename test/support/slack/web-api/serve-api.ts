import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault, Faults } from '../faults.ts'
import { parseArguments, readBody } from '../read-body.ts'
import type { ApiRequest, RequestLog } from '../request-log.ts'
import type { Json } from '../world.ts'
import type { ApiAnswer, ApiParts } from './answer-call.ts'
import { answerCall, tooManyRequests } from './answer-call.ts'

export interface ApiService extends ApiParts {
  log: RequestLog
  faults: Faults
}

type Parsed = ReturnType<typeof parseArguments>

/** Answers one HTTP request to the Web API, or lets it go wrong as the test ordered. */
export async function serveApi(
  service: ApiService,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const rawBody = (await readBody(request)).toString('utf8')
  const isGet = request.method === 'GET'
  const parsed: Parsed = isGet ? { values: {} } : parseArguments(request.headers['content-type'] ?? '', rawBody)
  const record = describeRequest(service, request, url, rawBody, parsed)
  service.log.begin(record)
  response.once('close', () => service.log.end())
  const fault = service.faults.take(record.method, record.args)
  await fault?.until
  const takesEffect = !fault || fault.afterEffect || fault.half || !replacesAnswer(fault)
  const answer = takesEffect ? answerParsed(service, record, parsed) : undefined
  sendAnswer(response, record, fault, answer)
}

function describeRequest(
  service: ApiService,
  request: IncomingMessage,
  url: URL,
  rawBody: string,
  parsed: Parsed,
): ApiRequest {
  const values = 'values' in parsed ? parsed.values : {}
  const args: Json = { ...Object.fromEntries(url.searchParams), ...basicCredentials(request), ...values }
  return {
    method: url.pathname.slice('/api/'.length),
    token: bearerToken(request) ?? (typeof args.token === 'string' ? args.token : undefined),
    args,
    rawBody,
    headers: request.headers,
    atMs: service.core.world.clock.nowMs(),
  }
}

function answerParsed(service: ApiService, record: ApiRequest, parsed: Parsed): ApiAnswer {
  if ('error' in parsed) return { status: 200, body: { ok: false, error: parsed.error }, headers: {} }
  return answerCall(service, { method: record.method, token: record.token, values: record.args })
}

function sendAnswer(response: ServerResponse, record: ApiRequest, fault?: Fault, answer?: ApiAnswer): void {
  if (fault?.hang) return
  if (fault?.cut) {
    response.destroy()
    return
  }
  const final = fault ? (faultAnswer(fault) ?? answer) : answer
  if (!final) return
  record.answer = { status: final.status, body: final.body }
  const body = JSON.stringify(final.body)
  response.writeHead(final.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...final.headers,
  })
  if (fault?.half) response.write(body.slice(0, body.length / 2), () => response.destroy())
  else response.end(body)
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

import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerApi } from './answer.ts'
import { answerDownload } from './codeload.ts'
import { askFallback } from './fallback.ts'
import type { Fault, Faults } from './faults.ts'
import type { Reply } from './reply.ts'
import type { Site } from './site.ts'

export type RecordedRequest = {
  method: string
  path: string
  query: string
  headers: IncomingMessage['headers']
  status: number
}

export type Stage = { site: Site; faults: Faults; requests: RecordedRequest[]; prefix: string; fallback?: string }

/** Answers one HTTP request: a fault if one waits for it, another GitHub's answer, or this one's own. */
export async function serve(stage: Stage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://stand-in')
  const method = request.method ?? 'GET'
  const path = pathname.startsWith(`${stage.prefix}/`) ? pathname.slice(stage.prefix.length) : pathname
  const record: RecordedRequest = { method, path, query: search, headers: request.headers, status: 0 }
  stage.requests.push(record)
  const fault = stage.faults.take(method, path)
  if (fault?.kind === 'hang') return
  const reply = failAsTold(fault) ?? (await chooseReply(stage, request, { pathname, path, searchParams }))
  record.status = reply.status
  send(response, reply, fault?.kind === 'cut')
}

type Place = { pathname: string; path: string; searchParams: URLSearchParams }

async function chooseReply(stage: Stage, request: IncomingMessage, place: Place): Promise<Reply> {
  const { site, prefix, fallback } = stage
  const { pathname, path, searchParams: query } = place
  if (fallback && !isSeeded(site, path))
    return askFallback(fallback, query.size > 0 ? `${path}?${query.toString()}` : path, request)
  if (pathname.startsWith('/_codeload/')) return answerDownload(site, pathname, query)
  if (!pathname.startsWith(`${prefix}/`)) return { status: 404, json: { message: 'Not Found' } }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]))
  return answerApi(site, { method: request.method ?? 'GET', path, query, headers, body: await readAll(request) })
}

async function readAll(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString('utf8')
}

function isSeeded(site: Site, path: string): boolean {
  const [, kind, owner = '', name = ''] = path.split('/')
  return (kind === 'repos' || kind === '_codeload') && site.knows(decodeURIComponent(owner), decodeURIComponent(name))
}

function failAsTold(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === 'redirect') return { status: 302, headers: { location: fault.location } }
  if (fault?.kind !== 'status') return undefined
  const { status, message = 'Fault', headers = {} } = fault
  return { status, json: { message }, headers }
}

function send(response: ServerResponse, reply: Reply, cut: boolean): void {
  const body = reply.bytes ?? Buffer.from(reply.json === undefined ? '' : JSON.stringify(reply.json))
  response.writeHead(reply.status, {
    ...(reply.json !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...reply.headers,
    'content-length': body.length,
  })
  if (!cut) return void response.end(body)
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy())
}

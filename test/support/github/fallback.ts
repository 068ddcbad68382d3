import type { IncomingMessage } from 'node:http'
import type { Reply } from './reply.ts'

// Node's fetch undoes compression and sets these itself.
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'accept-encoding'])
const HOP_HEADERS = new Set(['connection', 'content-length', 'content-encoding', 'transfer-encoding'])

/** Passes a request on to another GitHub and brings back its answer, redirects followed. */
export async function askFallback(baseUrl: string, path: string, request: IncomingMessage): Promise<Reply> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (!OWN_HEADERS.has(name) && value !== undefined) headers.set(name, String(value))
  const chunks = await request.toArray()
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined
  const response = await fetch(`${baseUrl.replace(/\/+$/, '')}${path}`, {
    method: request.method ?? 'GET',
    headers,
    ...(body && { body }),
  })
  const answered = [...response.headers].filter(([name]) => !HOP_HEADERS.has(name))
  return {
    status: response.status,
    headers: Object.fromEntries(answered),
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}

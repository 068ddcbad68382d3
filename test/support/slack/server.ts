import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Core } from './core.ts'
import { readBody } from './read-body.ts'
import { serveResponseUrl } from './serve-response-url.ts'
import type { ApiService } from './web-api/serve-api.ts'
import { serveApi } from './web-api/serve-api.ts'

/** Everything the stand-in serves: the Web API, response URLs, uploads, file downloads and Socket Mode. */
export function createSlackServer(service: ApiService): Server {
  const server = createServer((request, response) => {
    route(service, request, response).catch((error: unknown) => failLoudly(response, error))
  })
  server.on('upgrade', (request, socket, head) => service.sockets.accept(request, socket, head))
  return server
}

export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      // A TCP server that listens has an AddressInfo; a string or null is for pipes and closed servers.
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Stops listening and drops every open connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function route(service: ApiService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://slack')
  const [, root = ''] = url.pathname.split('/')
  switch (root) {
    case 'api':
      return serveApi(service, request, response, url)
    case 'actions':
      return serveResponseUrl(service.core, request, response, url.pathname)
    case 'upload':
      return receiveUpload(service, request, response, url)
    case 'files-pri':
      return sendFile(service.core, request, response, url)
    default:
      response.writeHead(404).end()
  }
}

/** Faults of the method `upload` hit it: a status, or a connection that is cut. */
async function receiveUpload(
  { core, faults }: ApiService,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const fault = faults.take('upload', {})
  if (fault?.cut) {
    response.destroy()
    return
  }
  const file = core.world.files.get(url.pathname.split('/').at(-1) ?? '')
  const content = await readBody(request)
  if (!file || fault?.status) {
    response.writeHead(fault?.status ?? 404).end()
    return
  }
  file.content = await unwrapForm(request.headers['content-type'] ?? '', content)
  response.writeHead(200).end(`OK - ${file.content.length}`)
}

/** Uploads come bare or as the one file of a multipart form. */
async function unwrapForm(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/')) return body
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  const [entry] = form.values()
  return entry instanceof File ? Buffer.from(await entry.arrayBuffer()) : Buffer.from(entry ?? '')
}

/** Private files need a token that may read files; without one Slack answers its sign-in page. */
async function sendFile(core: Core, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  await readBody(request)
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
  const installation = core.world.installations.find((other) => other.botToken === token && other.state === 'active')
  const file = core.world.files.get(url.pathname.split('/')[2] ?? '')
  if (!installation?.scopes.includes('files:read')) {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Sign in to Slack</title>')
    return
  }
  if (!file) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-type': file.mimetype }).end(file.content)
}

function failLoudly(response: ServerResponse, error: unknown): void {
  console.error(error)
  if (!response.headersSent) response.writeHead(500)
  response.end()
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export type PublishedVersion = { deprecated?: string; engines?: { node?: string } }
export type PublishedAdvisory = {
  id: number
  url: string
  title: string
  severity: string
  vulnerable_versions: string
}
export type Fault = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'cut'

export type RegistryStandIn = AsyncDisposable & {
  url: string
  /** What was asked, as "GET /name". */
  requests: string[]
  /** How many requests were open at once at most. */
  mostAtOnce: () => number
  publish(name: string, versions: Record<string, PublishedVersion>, tags?: Record<string, string>): void
  advise(name: string, advisory: PublishedAdvisory): void
  /** Every request whose path begins with `path` fails from now on; undefined ends it. */
  failAt(path: string, fault: Fault | undefined): void
}

type Shelf = {
  packages: Map<string, { versions: Record<string, PublishedVersion>; tags: Record<string, string> }>
  advisories: Map<string, PublishedAdvisory[]>
  faults: Map<string, Fault>
}

/** A package registry on a local port that answers as registry.npmjs.org does. */
export async function startRegistry(): Promise<RegistryStandIn> {
  const shelf: Shelf = { packages: new Map(), advisories: new Map(), faults: new Map() }
  const requests: string[] = []
  let open = 0
  let most = 0
  const server = createServer((request, response) => {
    most = Math.max(most, (open += 1))
    response.on('close', () => (open -= 1))
    requests.push(`${request.method} ${request.url}`)
    void answer(shelf, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    mostAtOnce: () => most,
    publish: (name, versions, tags) =>
      void shelf.packages.set(name, { versions, tags: tags ?? { latest: Object.keys(versions).at(-1) ?? '' } }),
    advise: (name, advisory) => void shelf.advisories.set(name, [...(shelf.advisories.get(name) ?? []), advisory]),
    failAt: (path, fault) => (fault ? void shelf.faults.set(path, fault) : void shelf.faults.delete(path)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(shelf: Shelf, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = decodeURIComponent(request.url ?? '/')
  const fault = [...shelf.faults].find(([start]) => path.startsWith(start))?.[1]
  if (fault === 'hang') return
  if (fault === 'cut') {
    response.writeHead(200, { 'content-length': '1000' }).write('{"versions":')
    response.destroy()
    return
  }
  if (fault) {
    response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
    return
  }
  await new Promise((resolve) => setTimeout(resolve, 5))
  const document =
    path === '/-/npm/v1/security/advisories/bulk' ? await advisoriesFor(shelf, request) : documentFor(shelf, path)
  response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify(document ?? { error: 'Not found' }))
}

function documentFor({ packages }: Shelf, path: string): object | undefined {
  const [, name = '', selector] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(path) ?? []
  const found = packages.get(name)
  if (!found) return undefined
  if (selector === undefined) return { name, 'dist-tags': found.tags, versions: found.versions }
  const version = found.tags[selector] ?? selector
  return found.versions[version] && { name, version, ...found.versions[version] }
}

async function advisoriesFor({ advisories }: Shelf, request: IncomingMessage): Promise<object> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array) // an IncomingMessage without encoding gives bytes
  const bytes = Buffer.concat(chunks)
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
  const asked = JSON.parse(text.toString()) as Record<string, string[]> // the endpoint's own format
  return Object.fromEntries(
    Object.keys(asked).flatMap((name) => (advisories.has(name) ? [[name, advisories.get(name)]] : [])),
  )
}

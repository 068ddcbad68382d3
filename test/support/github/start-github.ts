import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { Accounts } from './accounts.ts'
import { Faults } from './faults.ts'
import type { Fault } from './faults.ts'
import { RateLimits } from './rate-limits.ts'
import type { SeedCommit, SeedGitHub } from './seed.ts'
import { serve } from './serve.ts'
import type { RecordedRequest, Stage } from './serve.ts'
import { Site } from './site.ts'

export type GitHubOptions = SeedGitHub & {
  /** A free one unless told. */
  port?: number
  /** `/api/v3` makes it an Enterprise Server. */
  prefix?: '' | '/api/v3'
  webUrl?: string
  /** API address of another GitHub, which answers for all that is not seeded here. */
  fallback?: string
  /** Requests an hour without credentials; GitHub's own 60 unless told. */
  anonymousLimit?: number
  /** Entries after which a recursive tree is cut; GitHub's own 100,000 unless told. */
  treeLimit?: number
}

/** A GitHub over a real socket. `url` is what GITHUB_API_URL would be. */
export type GitHubStandIn = AsyncDisposable & {
  url: string
  site: Site
  /** Every request in the order they came; status 0 for one that got no answer. */
  requests: RecordedRequest[]
  rates: RateLimits
  fail(fault: Fault): void
  /** Adds a commit and gives its sha. */
  push(fullName: string, commit: SeedCommit): string
}

/** Starts a strict stand-in for GitHub's REST API, seeded from plain data. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const { prefix = '', fallback, repositories = [], anonymousLimit = 60, treeLimit = 100_000 } = options
  const rates = new RateLimits(anonymousLimit)
  const accounts = new Accounts(options, fallback !== undefined)
  const webUrl = options.webUrl ?? 'https://github.com'
  const site = new Site({ accounts, rates, treeLimit, webUrl, seeds: repositories })
  const stage: Stage = { site, faults: new Faults(), requests: [], prefix, ...(fallback && { fallback }) }
  const server = createServer((request, response) => {
    serve(stage, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  site.apiUrl = `http://127.0.0.1:${await listen(server, options.port ?? 0)}${prefix}`
  return {
    url: site.apiUrl,
    site,
    requests: stage.requests,
    rates,
    fail: (fault) => stage.faults.add(fault),
    push: (fullName, commit) => site.named(fullName).commit(commit),
    [Symbol.asyncDispose]: () => close(server),
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The stand-in listens on no port')
  return address.port
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

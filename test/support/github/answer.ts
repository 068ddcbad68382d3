import { createHash } from 'node:crypto'
import { accountRoutes } from './account-routes.ts'
import type { Caller } from './accounts.ts'
import { commitRoutes } from './commit-routes.ts'
import { gitRoutes } from './git-routes.ts'
import { historyRoutes } from './history-routes.ts'
import { pullRoutes } from './pull-routes.ts'
import { notFound, Refusal } from './reply.ts'
import type { Reply } from './reply.ts'
import { writeRoutes } from './write-routes.ts'
import { repositoryRoutes } from './repository-routes.ts'
import { matchRoute } from './router.ts'
import type { Site } from './site.ts'

const ROUTES = [
  ...accountRoutes,
  ...gitRoutes,
  ...historyRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...repositoryRoutes,
  ...writeRoutes,
]
const ACCEPTED = new Set(['*/*', 'application/json', 'application/vnd.github+json', 'application/vnd.github.v3+json'])
const DOCUMENTATION = 'https://docs.github.com/rest'

export type Asked = {
  method: string
  path: string
  query: URLSearchParams
  headers: Readonly<Record<string, string | undefined>>
  body: string
}

/** Answers one API request as GitHub would, errors included. */
export function answerApi(site: Site, asked: Asked): Reply {
  const nowSeconds = Math.floor(Date.now() / 1000)
  return answerRefusals(() => {
    refuseHeaders(asked)
    const caller = site.accounts.identify(asked.headers.authorization, nowSeconds)
    const reply = withETag(
      asked,
      answerRefusals(() => answerCaller(site, caller, asked, nowSeconds)),
    )
    if (reply.status !== 304 && asked.path !== '/rate_limit') site.rates.count(caller.name, nowSeconds)
    return { ...reply, headers: { ...describeRate(site, caller, nowSeconds), ...reply.headers } }
  })
}

function answerCaller(site: Site, caller: Caller, asked: Asked, nowSeconds: number): Reply {
  const path = site.nameById(caller, asked.path)
  const found = matchRoute(ROUTES, asked.method, path)
  if (!found) throw notFound()
  if (!found.route.free) site.rates.check(caller.name, nowSeconds)
  return found.route.answer({
    site,
    caller,
    path,
    params: found.params,
    query: asked.query,
    body: readBody(asked.body),
  })
}

function readBody(text: string): Record<string, unknown> {
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  } catch {
    // Told below, as for every other body that is no object.
  }
  throw new Refusal(400, 'Problems parsing JSON')
}

function refuseHeaders({ headers }: Asked): void {
  if (!headers['user-agent'])
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
    )
  if (!(headers.accept ?? '*/*').split(',').every((type) => ACCEPTED.has(type.trim())))
    throw new Refusal(415, "Unsupported 'Accept' header: must accept 'application/json'.")
  if ((headers['x-github-api-version'] ?? '2022-11-28') !== '2022-11-28')
    throw new Refusal(400, 'The API version you requested is not supported.')
}

function answerRefusals(answer: () => Reply): Reply {
  try {
    return answer()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, message, headers, errors } = error
    const json = { message, ...(errors && { errors }), documentation_url: DOCUMENTATION, status: String(status) }
    return { status, json, headers }
  }
}

function withETag(asked: Asked, reply: Reply): Reply {
  if (reply.status !== 200 || asked.method !== 'GET') return reply
  const etag = `W/"${createHash('sha256').update(JSON.stringify(reply.json)).digest('hex')}"`
  if (asked.headers['if-none-match'] === etag) return { status: 304, headers: { etag } }
  return { ...reply, headers: { ...reply.headers, etag } }
}

function describeRate(site: Site, caller: Caller, nowSeconds: number): Record<string, string> {
  const { limit, remaining, used, reset } = site.rates.describe(caller.name, nowSeconds)
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
  }
}

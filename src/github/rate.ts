import * as z from 'zod'
import type { Api } from './api.ts'
import { listInstallations } from './find-installation.ts'
import type { Identity } from './identity.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'

/** Who this installation is to GitHub; a token that belongs to no user has no login. */
type GitHubIdentity =
  | { kind: 'anonymous' }
  | { kind: 'token'; login?: string }
  | { kind: 'app'; name: string; installations: number }

/** The hourly request limit; no `core` where GitHub sets none (Enterprise Server) or the App is installed nowhere. */
export type RateState = { identity: GitHubIdentity; core?: Core }
type Core = { limit: number; remaining: number; resetsAt: Date }

const rateAnswer = z.object({
  resources: z.object({ core: z.object({ limit: z.number(), remaining: z.number(), reset: z.number() }) }),
})

/** Signs in and reads the rate limit, at no cost to it; the check behind `doctor`. */
export async function readRate(api: Api, options: CallOptions = {}): Promise<Outcome<RateState>> {
  const { kind, own } = api.credentials
  if (kind === 'app') return readAppRate(api, options)
  const core = await readCore(api, own, options)
  if (!core.ok) return core
  if (kind === 'none') return succeed({ identity: { kind: 'anonymous' }, ...core.value })
  const user = await readOwn(api, own, { route: 'GET /user', schema: z.object({ login: z.string() }) }, options)
  return succeed({ identity: { kind, ...(user.ok && { login: user.value.login }) }, ...core.value })
}

async function readAppRate(api: Api, options: CallOptions): Promise<Outcome<RateState>> {
  const { own } = api.credentials
  const app = await readOwn(api, own, { route: 'GET /app', schema: z.object({ name: z.string() }) }, options)
  if (!app.ok) return app
  const installations = await listInstallations(api.requests, own, options)
  if (!installations.ok) return installations
  const [first] = installations.value
  const identity = { kind: 'app', name: app.value.name, installations: installations.value.length } as const
  if (first === undefined) return succeed({ identity })
  const core = await readCore(api, api.credentials.installation(first), options)
  return core.ok ? succeed({ identity, ...core.value }) : core
}

async function readCore(api: Api, identity: Identity, options: CallOptions): Promise<Outcome<{ core?: Core }>> {
  const found = await readOwn(api, identity, { route: 'GET /rate_limit', schema: rateAnswer }, options)
  // Enterprise Server answers 404 as long as its administrator sets no limit.
  if (!found.ok) return found.problem.kind === 'unavailable' && found.problem.status === 404 ? succeed({}) : found
  const { limit, remaining, reset } = found.value.resources.core
  return succeed({ core: { limit, remaining, resetsAt: new Date(reset * 1000) } })
}

function readOwn<T>(
  api: Api,
  identity: Identity,
  question: { route: `GET /${string}`; schema: z.ZodType<T> },
  { signal }: CallOptions,
): Promise<Outcome<T>> {
  return api.requests.ask(identity, {
    ...question,
    keep: 'fresh',
    missing: { kind: 'unavailable', status: 404 },
    signal,
  })
}

import { describeAccount } from './describe.ts'
import { notFound, ok, Refusal } from './reply.ts'
import type { Reply } from './reply.ts'
import { openRepository, takePage } from './router.ts'
import type { Call, Route } from './router.ts'
import type { SeedApp, SeedInstallation } from './seed.ts'

const HOUR_MS = 3_600_000

/** Who is calling: users, Apps, their installations, and the rate limit. */
export const accountRoutes: readonly Route[] = [
  { pattern: 'GET /user', answer: readUser },
  { pattern: 'GET /rate_limit', answer: readRateLimit, free: true },
  { pattern: 'GET /app', answer: (call) => ok({ name: mustBeApp(call).name, slug: slugOf(mustBeApp(call)) }) },
  { pattern: 'GET /app/installations', answer: listInstallations },
  { pattern: 'GET /repos/:owner/:repo/installation', answer: readInstallation },
  { pattern: 'POST /app/installations/:id/access_tokens', answer: createToken },
]

function readUser({ caller }: Call): Reply {
  if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication')
  if (caller.kind === 'user' && caller.login) return ok(describeAccount(caller.login))
  throw new Refusal(403, 'Resource not accessible by integration')
}

function readRateLimit({ site, caller }: Call): Reply {
  const core = site.rates.describe(caller.name, Math.floor(Date.now() / 1000))
  return ok({ resources: { core }, rate: core })
}

function mustBeApp({ caller }: Call): SeedApp {
  if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded')
  return caller.app
}

function slugOf({ name }: SeedApp): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

function listInstallations(call: Call): Reply {
  return ok(takePage(mustBeApp(call).installations.map(describeInstallation), call))
}

function readInstallation(call: Call): Reply {
  if (call.site.accounts.trusting) throw notFound()
  const app = mustBeApp(call)
  const everything = app.installations.flatMap(({ repositories }) => repositories)
  // The App sees through all of its installations at once, so that a former name still answers 301.
  const repository = openRepository({ ...call, caller: { ...call.caller, repositories: everything } })
  const found = app.installations.find(({ repositories }) => repositories.includes(repository.fullName))
  if (!found) throw notFound()
  return ok(describeInstallation(found))
}

function describeInstallation({ id, account, suspended }: SeedInstallation) {
  return { id, account: describeAccount(account), suspended_at: suspended ? '2026-01-05T09:00:00Z' : null }
}

function createToken(call: Call): Reply {
  const found = mustBeApp(call).installations.find(({ id }) => id === Number(call.params.id))
  if (!found) throw notFound()
  const token = call.site.accounts.issueToken(found)
  const expires_at = new Date(Date.now() + HOUR_MS).toISOString()
  return {
    status: 201,
    json: { token, expires_at, permissions: { contents: 'read', metadata: 'read' }, repository_selection: 'selected' },
  }
}

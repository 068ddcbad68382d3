import { Args } from '../args.ts'
import type { Core } from '../core.ts'
import type { OAuthCodes } from '../oauth-codes.ts'
import type { RateLimits } from '../rate-limits.ts'
import { Refusal } from '../refusal.ts'
import { isAgentMethod, METHOD_SCOPES } from '../scopes.ts'
import type { MethodScope } from '../scopes.ts'
import type { SocketTransport } from '../socket-transport.ts'
import type { Installation, Json } from '../world.ts'
import { openConnection } from './apps.ts'
import { BOT_METHODS } from './methods.ts'

export interface ApiParts {
  core: Core
  sockets: SocketTransport
  limits: RateLimits
  oauth: OAuthCodes
}

export interface ApiCall {
  method: string
  token: string | undefined
  values: Json
}

export interface ApiAnswer {
  status: number
  body: Json
  headers: Record<string, string>
}

/** Decides what Slack answers to a call, and carries it out when it is allowed. */
export function answerCall(parts: ApiParts, call: ApiCall): ApiAnswer {
  const scope = METHOD_SCOPES[call.method]
  try {
    if (!scope || (isAgentMethod(call.method) && !parts.core.settings.agentMethods)) throw new Refusal('unknown_method')
    return runCall(parts, call, scope)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: 200, body: { ok: false, error: error.code, ...error.extra }, headers: {} }
  }
}

function runCall(parts: ApiParts, call: ApiCall, scope: MethodScope): ApiAnswer {
  const args = new Args(call.values)
  if (scope.token === 'none') return succeed(parts.oauth.exchange(args))
  if (scope.token === 'app') return openSocket(parts, call)
  const installation = authenticate(parts.core, call.token)
  const waitSeconds = parts.limits.count(call.method, installation.team.id, args.text('channel'))
  if (waitSeconds !== undefined) return tooManyRequests(waitSeconds)
  refuseMissingScope(installation, scope)
  const run = BOT_METHODS[call.method]
  if (!run) throw new Refusal('unknown_method')
  const { core } = parts
  const { world } = core
  const body = run({ method: call.method, args, core, world, installation, nowMs: world.clock.nowMs() })
  return succeed(body, {
    'x-oauth-scopes': installation.scopes.join(','),
    'x-accepted-oauth-scopes': scope.anyOf.join(','),
  })
}

/** Slack's answer to one call too many. */
export function tooManyRequests(retryAfterSeconds: number): ApiAnswer {
  const headers = { 'retry-after': String(retryAfterSeconds) }
  return { status: 429, body: { ok: false, error: 'ratelimited' }, headers }
}

function succeed(body: Json, headers: Record<string, string> = {}): ApiAnswer {
  return { status: 200, body: { ok: true, ...body }, headers }
}

function openSocket({ core, sockets, limits }: ApiParts, call: ApiCall): ApiAnswer {
  if (call.token === undefined) throw new Refusal('not_authed')
  if (call.token.startsWith('xoxb')) throw new Refusal('not_allowed_token_type')
  if (call.token !== core.settings.appToken) throw new Refusal('invalid_auth')
  const waitSeconds = limits.count(call.method, core.world.appId)
  if (waitSeconds !== undefined) return tooManyRequests(waitSeconds)
  return succeed(openConnection(sockets, core.baseUrl, core.world.appId))
}

function authenticate(core: Core, token: string | undefined): Installation {
  if (token === undefined || token === '') throw new Refusal('not_authed')
  if (token === core.settings.appToken) throw new Refusal('not_allowed_token_type')
  const installation = core.world.installations.find((other) => other.botToken === token)
  if (!installation) throw new Refusal('invalid_auth')
  if (installation.state !== 'active') throw new Refusal(installation.state)
  return installation
}

function refuseMissingScope(installation: Installation, scope: MethodScope): void {
  if (scope.anyOf.length === 0 || scope.anyOf.some((name) => installation.scopes.includes(name))) return
  throw new Refusal('missing_scope', { needed: scope.anyOf.join(','), provided: installation.scopes.join(',') })
}

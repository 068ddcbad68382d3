import { SlackError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'
import { setTimeout as sleep } from 'node:timers/promises'

/** Why a call of Slack's Web API failed. After `unreachable` nobody knows whether it took effect. */
export type SlackFailure =
  | { kind: 'refused'; code: string }
  | { kind: 'rate-limited'; retryAfterMs: number }
  | { kind: 'unreachable' }

/** Classifies what the Web API client threw; undefined when the error is not about Slack at all. */
export function readFailure(error: unknown): SlackFailure | undefined {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'rate-limited', retryAfterMs: Math.max(1, error.retryAfter) * 1000 }
  // A page of some proxy, not an answer of Slack, arrives here as the refusal's code.
  if (error instanceof WebAPIPlatformError && /^[\w:.-]+$/.test(error.data.error))
    return { kind: 'refused', code: error.data.error }
  return error instanceof SlackError ? { kind: 'unreachable' } : undefined
}

/** The refusal code of an error, or undefined when Slack did not refuse. */
export function refusalCode(error: unknown): string | undefined {
  const failure = readFailure(error)
  return failure?.kind === 'refused' ? failure.code : undefined
}

const operators = new Set(['account_inactive', 'invalid_auth', 'missing_scope', 'not_authed', 'token_revoked'])

/** Whether a refusal is one that the operator ends: what was refused can be said later. */
export function endsWithOperator(code: string): boolean {
  return operators.has(code)
}

/** Refusals that stay refusals however often one asks. */
const final = new Set([
  'channel_not_found',
  'is_archived',
  'is_inactive',
  'not_in_channel',
  'thread_not_found',
  'restricted_action',
  'restricted_action_read_only_channel',
  'account_inactive',
  'token_revoked',
  'invalid_auth',
  'missing_scope',
  'team_access_not_granted',
])

/** Whether a failure is a refusal that no later attempt could change. */
export function isFinal(failure: SlackFailure): boolean {
  return failure.kind === 'refused' && final.has(failure.code)
}

/** How long to wait before the attempt after this one, in ms; rate limits are waited out for at most a minute. */
export function backOffMs(failure: SlackFailure, attempt: number): number {
  return failure.kind === 'rate-limited' ? Math.min(failure.retryAfterMs, 60_000) : Math.min(300 * 2 ** attempt, 5000)
}

/** Makes a call until Slack answers it, however long it is away; throws a refusal at once, and an AbortError when `signal` ends the waiting. */
export async function callUntilAnswered<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      const failure = readFailure(error)
      if (!failure || failure.kind === 'refused') throw error
      await sleep(backOffMs(failure, attempt), undefined, { signal })
    }
  }
}

const attempts = 4

/** Makes a call that may be repeated without harm until it gets through, up to four times; refusals are thrown at once. */
export async function callPatiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      const failure = readFailure(error)
      if (!failure || failure.kind === 'refused' || attempt === attempts) throw error
      await sleep(backOffMs(failure, attempt))
    }
  }
}

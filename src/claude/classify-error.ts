import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk'

import type { Diagnostic, ModelFailure } from './failures.ts'

/** Whatever the SDK threw, as a failure: by status and error type; by wording only where the API gives nothing else. */
export function classifyError(error: unknown, model: string, nowMs: number): ModelFailure {
  if (error instanceof APIUserAbortError) return { kind: 'aborted' }
  if (error instanceof APIConnectionError) return { kind: 'connection' }
  if (!(error instanceof APIError)) return { kind: 'connection' }
  if (isBilling(error)) return { kind: 'no-credit' }
  if (isTooLong(error)) return { kind: 'context-too-long' }
  return byType(error, model, nowMs)
}

/** What the log may say about an error. */
export function diagnose(error: unknown): Diagnostic {
  if (!(error instanceof APIError) || error instanceof APIConnectionError) return diagnoseConnection(error)
  return {
    ...(error.status !== undefined && { status: error.status }),
    ...(error.requestID && { requestId: error.requestID }),
    ...(error.type && { type: error.type }),
    ...(error.apiMessage && { message: error.apiMessage.slice(0, 300) }),
  }
}

/** The reason lies at the end of a chain of causes: the SDK's, then fetch's, then the system's. */
function diagnoseConnection(error: unknown): Diagnostic {
  if (!(error instanceof Error)) return { message: String(error) }
  if (error.cause instanceof Error) return diagnoseConnection(error.cause)
  const type = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { ...(type !== undefined && { type }), message: error.message }
}

/** An error inside a stream has a type but no status, so the type is asked first. */
function byType({ type, status, headers }: APIError, model: string, nowMs: number): ModelFailure {
  if (type === 'authentication_error' || status === 401) return { kind: 'bad-key' }
  if (type === 'permission_error' || status === 403) return { kind: 'no-permission' }
  if (type === 'not_found_error') return { kind: 'unknown-model', model }
  if (status === 404 || status === 405) return { kind: 'wrong-address' }
  const wait = retryAfter(headers, nowMs)
  if (type === 'rate_limit_error' || status === 429) return { kind: 'rate-limited', ...wait }
  if (type === 'overloaded_error' || status === 529) return { kind: 'overloaded', ...wait }
  if (type === 'invalid_request_error') return { kind: 'invalid-request' }
  const isTheirs = status === undefined || status >= 500 || status === 408 || status === 409
  return isTheirs ? { kind: 'server-error', ...wait } : { kind: 'invalid-request' }
}

function isBilling(error: APIError): boolean {
  if (error.status === 402 || error.type === 'billing_error') return true
  if (error.errorCode && /spend_limit_reached$|billing_unavailable$/.test(error.errorCode)) return true
  return error.status === 400 && /credit balance is too low/i.test(error.apiMessage ?? '')
}

function isTooLong(error: APIError): boolean {
  if (error.status === 413) return true
  return (
    error.status === 400 && /prompt is too long|exceed(?:s)? context (?:limit|window)/i.test(error.apiMessage ?? '')
  )
}

/** `retry-after` is seconds or an HTTP date. */
function retryAfter(headers: Headers | undefined, nowMs: number): { retryAfterMs?: number } {
  const value = headers?.get('retry-after')
  if (!value) return {}
  const seconds = Number(value)
  const delayMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - nowMs
  return Number.isFinite(delayMs) ? { retryAfterMs: Math.max(0, Math.round(delayMs)) } : {}
}

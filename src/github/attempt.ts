import { ForeignRedirectError } from './guard-fetch.ts'
import type { Identity } from './identity.ts'
import type { Failure } from './plan-retry.ts'
import type { RepositoryRef } from './target.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** What one HTTP exchange brought. */
export type Attempt<R> =
  | { kind: 'answer'; value: R; headers: Headers }
  | { kind: 'unchanged' }
  | { kind: 'foreign-redirect'; host: string }
  | Failure

/** One request: where to, in which repository if in one, and what goes along in its address or body. */
export type Sending = {
  route: `${'GET' | 'POST' | 'PATCH'} /${string}`
  params?: Readonly<Record<string, unknown>>
  repository?: RepositoryRef
  signal?: AbortSignal | undefined
}

export type Exchange<R, S extends Sending = Sending> = {
  identity: Identity
  read: S
  etag?: string | undefined
  timeoutMs: number
  consume: (body: ReadableStream<Uint8Array>) => Promise<R>
}

/** Sends one request and reads its body. Throws the caller's abort reason, and what nobody expects. */
export async function attempt<R>({ identity, read, etag, timeoutMs, consume }: Exchange<R>): Promise<Attempt<R>> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = read.signal ? AbortSignal.any([read.signal, timeout]) : timeout
  try {
    const response = await identity.octokit.request(read.route, {
      ...(read.repository && { owner: read.repository.owner, repo: read.repository.name }),
      ...read.params,
      headers: { 'x-github-api-version': '2022-11-28', ...(etag && { 'if-none-match': etag }) },
      // Octokit takes a body that was cut off for an empty success; reading it here makes it the failure it is.
      request: { signal, parseSuccessResponseBody: false },
    })
    // With parseSuccessResponseBody off the data is fetch's body stream, whatever Octokit's types say.
    const body = response.data as unknown as ReadableStream<Uint8Array>
    return { kind: 'answer', value: await consume(body), headers: textHeaders(response.headers) }
  } catch (error) {
    read.signal?.throwIfAborted()
    if (timeout.aborted) return { kind: 'timed-out' }
    return explainError(error)
  }
}

function explainError(error: unknown): Attempt<never> {
  if (!(error instanceof Error)) throw error
  if (error.cause instanceof ForeignRedirectError) return { kind: 'foreign-redirect', host: error.cause.host }
  const response = 'response' in error ? readErrorResponse(error.response) : undefined
  if (response?.status === 304) return { kind: 'unchanged' }
  if (response) return { kind: 'status', ...response, message: error.message }
  // Octokit wraps what fetch threw as an HttpError; while a body is read, fetch throws a TypeError with a cause.
  if (error.name === 'HttpError' || (error instanceof TypeError && error.cause !== undefined)) return { kind: 'broken' }
  throw error
}

function readErrorResponse(response: unknown): { status: number; headers: Headers } | undefined {
  if (typeof response !== 'object' || response === null) return undefined
  if (!('status' in response) || typeof response.status !== 'number') return undefined
  return { status: response.status, headers: 'headers' in response ? textHeaders(response.headers) : {} }
}

function textHeaders(headers: unknown): Headers {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]))
}

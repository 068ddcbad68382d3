import type { GitHubHosts } from './hosts.ts'

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

export type Fetch = typeof globalThis.fetch

/** Thrown when GitHub's answer points at a host that is not GitHub's; nothing was sent there. */
export class ForeignRedirectError extends Error {
  override name = 'ForeignRedirectError'
  readonly host: string
  constructor(host: string) {
    super(`GitHub redirected to ${host}`)
    this.host = host
  }
}

/**
 * A fetch that speaks to the API's origin only. Redirects are followed for reads, at most five, to the same origin or
 * to GitHub's own download host; the credentials stay with the API's origin. Waits `timeoutMs` when no signal is given.
 */
export function guardFetch(fetch: Fetch, hosts: GitHubHosts, timeoutMs: number): Fetch {
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input)
    if (url.origin !== hosts.apiOrigin) throw new ForeignRedirectError(url.host)
    const signal = init.signal ?? AbortSignal.timeout(timeoutMs)
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const headers = url.origin === hosts.apiOrigin ? init.headers : withoutCredentials(init.headers)
      const response = await fetch(url, { ...init, ...(headers && { headers }), signal, redirect: 'manual' })
      const next = readRedirect(response, init.method ?? 'GET', url)
      if (!next) return response
      await response.body?.cancel()
      if (next.origin !== hosts.apiOrigin && !hosts.downloadOrigins.includes(next.origin))
        throw new ForeignRedirectError(next.host)
      url = next
    }
    throw new TypeError(`GitHub redirected more than ${MAX_REDIRECTS} times`)
  }
}

function readRedirect(response: Response, method: string, from: URL): URL | undefined {
  const location = response.headers.get('location')
  if (!location || !REDIRECTS.has(response.status) || method.toUpperCase() !== 'GET') return undefined
  return new URL(location, from)
}

function withoutCredentials(given: RequestInit['headers']): Headers {
  const headers = new Headers(given)
  headers.delete('authorization')
  return headers
}

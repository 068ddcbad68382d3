import type { FetchFunction } from '@slack/web-api'

/**
 * Fetch for Slack's Web API clients that resolves once the whole body is here, so that one cut short fails as a request,
 * which the clients retry and report. A 429 that names no time asks for a second.
 */
export const fetchWhole: FetchFunction = async (url, init) => {
  const response = await fetch(url, init)
  const body = await response.arrayBuffer()
  const headers = new Headers(response.headers)
  if (response.status === 429 && !headers.has('retry-after')) headers.set('retry-after', '1')
  const { status, statusText } = response
  return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers })
}

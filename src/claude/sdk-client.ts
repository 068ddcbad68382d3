import { Anthropic } from '@anthropic-ai/sdk'

export interface Endpoint {
  readonly apiKey: string
  readonly baseUrl?: string
  /** Until the response headers, milliseconds. */
  readonly connectTimeoutMs: number
}

const ownHeader = /^(?:accept|content-type|user-agent|anthropic-version|x-stainless-.*)$/

/** The SDK's client, fed only by our settings: it would otherwise read a dozen ANTHROPIC_ variables by itself. */
export function createSdkClient({ apiKey, baseUrl, connectTimeoutMs }: Endpoint): Anthropic {
  const key = sendable(apiKey)
  return new Anthropic({
    apiKey: key,
    authToken: null,
    webhookKey: null,
    baseURL: withoutVersion(baseUrl ?? 'https://api.anthropic.com'),
    timeout: connectTimeoutMs,
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: (url, init) => fetch(url, { ...init, headers: keepOwnHeaders(new Headers(init?.headers), key) }),
  })
}

/** ANTHROPIC_CUSTOM_HEADERS can add headers and replace ours, the key included, and has no option to turn it off. */
function keepOwnHeaders(headers: Headers, key: string): Headers {
  const kept = new Headers([...headers].filter(([name]) => ownHeader.test(name)))
  kept.set('authorization', `Bearer ${key}`)
  return kept
}

/** A header cannot carry every character; replaced, a mangled key is refused by the API, which says what is wrong. */
function sendable(apiKey: string): string {
  return apiKey.replace(/[^\x21-\x7e]/g, '?')
}

/** The SDK adds the version itself, and many people write it into the address. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/v1\/?$/, '')
}

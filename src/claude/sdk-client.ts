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
  return new Anthropic({
    apiKey,
    authToken: null,
    webhookKey: null,
    baseURL: baseUrl ?? 'https://api.anthropic.com',
    timeout: connectTimeoutMs,
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: (url, init) => fetch(url, { ...init, headers: keepOwnHeaders(new Headers(init?.headers), apiKey) }),
  })
}

/** ANTHROPIC_CUSTOM_HEADERS can add headers and replace ours, the key included, and has no option to turn it off. */
function keepOwnHeaders(headers: Headers, apiKey: string): Headers {
  const kept = new Headers([...headers].filter(([name]) => ownHeader.test(name)))
  kept.set('authorization', `Bearer ${apiKey}`)
  return kept
}

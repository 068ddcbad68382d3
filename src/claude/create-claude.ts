import { loadOnce } from '../lib/load-once.ts'
import type { AccessReport } from './check-access.ts'
import type { Extraction, ExtractionRequest } from './extract.ts'
import type { Model } from './model.ts'
import type { RetryPolicy } from './retry.ts'

export interface ClaudeOptions {
  readonly apiKey: string
  /** Default: Anthropic's own address. */
  readonly baseUrl?: string
  /** Gives the answers. */
  readonly model: string
  /** Gives titles, summaries and extractions. */
  readonly smallModel: string
  /** How long a started answer may stay silent, milliseconds. Default 60 000. */
  readonly idleTimeoutMs?: number
  /** How long to wait for an answer to start, milliseconds. Default 30 000. */
  readonly connectTimeoutMs?: number
  /** Default: 3 retries, from half a second up to 20 seconds apart. */
  readonly retry?: RetryPolicy
  /** In [0, 1); spreads the retries. Default Math.random. */
  readonly random?: () => number
}

export interface Claude {
  /** The main model, streaming. See `Model` for the contract. */
  readonly answer: Model
  /** One value of a schema from the small model. Failures are values; never throws for what the provider does. */
  readonly extract: <T>(request: ExtractionRequest<T>, signal: AbortSignal) => Promise<Extraction<T>>
  /** Whether the key works and both models exist; uses no tokens, retries nothing. */
  readonly checkAccess: (signal: AbortSignal) => Promise<AccessReport>
}

/**
 * The one client of the Claude API. Opens nothing and does not load the SDK until it is used, and reads no environment
 * variable.
 */
export function createClaude(options: ClaudeOptions): Claude {
  const connect = loadOnce(async () => (await import('./connect-claude.ts')).connectClaude(options))
  return {
    async *answer(request, signal) {
      const claude = await connect()
      yield* claude.answer(request, signal)
    },
    extract: async (request, signal) => (await connect()).extract(request, signal),
    checkAccess: async (signal) => (await connect()).checkAccess(signal),
  }
}

import type { Anthropic } from '@anthropic-ai/sdk'

import { answerWithRetries } from './answer.ts'
import { checkAccess, type AccessReport } from './check-access.ts'
import { countTokens, type CountRequest, type TokenCount } from './count-tokens.ts'
import { extract, toOutputFormat, type Extraction, type ExtractionRequest } from './extract.ts'
import type { FailedEvent, Model } from './model.ts'
import { toBody } from './request.ts'
import type { RetryPolicy } from './retry.ts'
import { createSdkClient } from './sdk-client.ts'
import { streamOnce } from './stream-once.ts'

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
  /** Prompt tokens for the main model; an estimate, marked so, when the provider cannot be asked. */
  readonly countTokens: (request: CountRequest, signal: AbortSignal) => Promise<TokenCount>
  /** Whether the key works and both models exist; uses no tokens, retries nothing. */
  readonly checkAccess: (signal: AbortSignal) => Promise<AccessReport>
}

const defaultRetry: RetryPolicy = { maxRetries: 3, baseDelayMs: 500, maxDelayMs: 20_000 }

/** The one client of the Claude API. Opens nothing until it is used, and reads no environment variable. */
export function createClaude(options: ClaudeOptions): Claude {
  const { apiKey, baseUrl, model, smallModel, idleTimeoutMs = 60_000, connectTimeoutMs = 30_000 } = options
  const client = createSdkClient({ apiKey, connectTimeoutMs, ...(baseUrl !== undefined && { baseUrl }) })
  const retrying = { policy: options.retry ?? defaultRetry, random: options.random ?? Math.random }

  function send(
    body: Anthropic.MessageCreateParamsNonStreaming,
    signal: AbortSignal,
    mayRetry?: (failed: FailedEvent) => boolean,
  ) {
    const attempt = () => streamOnce({ client, body, idleTimeoutMs }, signal)
    return answerWithRetries(attempt, { ...retrying, ...(mayRetry && { mayRetry }) }, signal)
  }

  return {
    answer: (request, signal) => send({ ...toBody(request, model), cache_control: { type: 'ephemeral' } }, signal),
    extract(request, signal) {
      const chosen = request.use === 'main' ? model : smallModel
      const effort = request.effort ?? (request.use === 'main' ? undefined : 'low')
      return extract({ ...request, ...(effort && { effort }) }, extractor(chosen, request), signal)
    },
    countTokens: (request, signal) => countTokens(client, model, request, signal),
    checkAccess: (signal) => checkAccess(client, [model, smallModel], signal),
  }

  function extractor(
    chosen: string,
    { schema, mayRetry }: Pick<ExtractionRequest<unknown>, 'schema' | 'mayRetry'>,
  ): Model {
    return (request, signal) => {
      const body = toBody(request, chosen)
      const format = toOutputFormat(schema)
      return send(
        { ...body, output_config: { ...body.output_config, format } },
        signal,
        mayRetry && (({ usage, failure }) => mayRetry(usage, failure)),
      )
    }
  }
}

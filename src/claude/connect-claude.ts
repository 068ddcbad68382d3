import type { Anthropic } from '@anthropic-ai/sdk'
import type { z } from 'zod'

import { answerWithRetries } from './answer.ts'
import { checkAccess } from './check-access.ts'
import { countTokens } from './count-tokens.ts'
import type { Claude, ClaudeOptions } from './create-claude.ts'
import { extract, toOutputFormat } from './extract.ts'
import type { Model, ModelRequest } from './model.ts'
import { payAttempt } from './pay-attempt.ts'
import { toBody } from './request.ts'
import type { RetryPolicy } from './retry.ts'
import { createSdkClient } from './sdk-client.ts'
import { streamOnce } from './stream-once.ts'

const defaultRetry: RetryPolicy = { maxRetries: 3, baseDelayMs: 500, maxDelayMs: 20_000 }

/** The client itself, over Anthropic's SDK, which takes longer to load than the rest of a start. */
export function connectClaude(options: ClaudeOptions): Claude {
  const { apiKey, baseUrl, model, smallModel, idleTimeoutMs = 60_000, connectTimeoutMs = 30_000 } = options
  const client = createSdkClient({ apiKey, connectTimeoutMs, ...(baseUrl !== undefined && { baseUrl }) })
  const retrying = { policy: options.retry ?? defaultRetry, random: options.random ?? Math.random }

  function send(
    body: Anthropic.MessageCreateParamsNonStreaming,
    request: ModelRequest & { schema?: z.ZodType },
    signal: AbortSignal,
  ) {
    const paid = {
      model: body.model,
      request,
      countPrompt: () => countTokens(client, body.model, request, signal),
      attempt: () => streamOnce({ client, body, idleTimeoutMs }, signal),
    }
    return answerWithRetries(() => payAttempt(paid, signal), retrying, signal)
  }

  return {
    answer: (request, signal) =>
      send({ ...toBody(request, model), cache_control: { type: 'ephemeral' } }, request, signal),
    extract(request, signal) {
      const chosen = request.use === 'main' ? model : smallModel
      const effort = request.effort ?? (request.use === 'main' ? undefined : 'low')
      return extract({ ...request, ...(effort && { effort }) }, extractor(chosen, request.schema), signal)
    },
    checkAccess: (signal) => checkAccess(client, [model, smallModel], signal),
  }

  function extractor(chosen: string, schema: z.ZodType): Model {
    return (request, signal) => {
      const body = toBody(request, chosen)
      const format = toOutputFormat(schema)
      return send({ ...body, output_config: { ...body.output_config, format } }, { ...request, schema }, signal)
    }
  }
}

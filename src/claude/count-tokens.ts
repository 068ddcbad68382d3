import type { Anthropic } from '@anthropic-ai/sdk'
import type { z } from 'zod'

import { estimateTokens } from './estimate-tokens.ts'
import { toOutputFormat } from './extract.ts'
import type { ModelRequest } from './model.ts'
import { toPrompt } from './request.ts'

export interface TokenCount {
  readonly tokens: number
  /** False when the provider could not be asked and this is our estimate. */
  readonly exact: boolean
}

export interface CountRequest extends Pick<ModelRequest, 'system' | 'tools' | 'messages'> {
  /** Of the answer, for an extraction. */
  readonly schema?: z.ZodType
}

/** How many tokens the prompt has for `model`; estimated from its length when the API does not answer. */
export async function countTokens(
  client: Anthropic,
  model: string,
  request: CountRequest,
  signal: AbortSignal,
): Promise<TokenCount> {
  const prompt = {
    ...toPrompt(request),
    ...(request.schema && { output_config: { format: toOutputFormat(request.schema) } }),
  }
  try {
    const { input_tokens: tokens } = await client.messages.countTokens({ model, ...prompt }, { signal })
    return { tokens, exact: true }
  } catch {
    return { tokens: estimateTokens(JSON.stringify(prompt)), exact: false }
  }
}

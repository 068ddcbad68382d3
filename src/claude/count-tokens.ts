import type { Anthropic } from '@anthropic-ai/sdk'

import { estimateTokens } from './estimate-tokens.ts'
import type { ModelRequest } from './model.ts'
import { toPrompt } from './request.ts'

export interface TokenCount {
  readonly tokens: number
  /** False when the provider could not be asked and this is our estimate. */
  readonly exact: boolean
}

/** How many tokens the prompt has for `model`; estimated from its length when the API does not answer. */
export async function countTokens(
  client: Anthropic,
  model: string,
  request: Pick<ModelRequest, 'system' | 'tools' | 'messages'>,
  signal: AbortSignal,
): Promise<TokenCount> {
  const prompt = toPrompt(request)
  try {
    const { input_tokens: tokens } = await client.messages.countTokens({ model, ...prompt }, { signal })
    return { tokens, exact: true }
  } catch {
    return { tokens: estimateTokens(JSON.stringify(prompt)), exact: false }
  }
}

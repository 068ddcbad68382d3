import type { Anthropic } from '@anthropic-ai/sdk'
import type { z } from 'zod'

import { toOutputFormat } from './extract.ts'
import type { ModelRequest } from './model.ts'
import { toPrompt } from './request.ts'

interface Prompt extends Pick<ModelRequest, 'system' | 'tools' | 'messages'> {
  /** Of the answer, for an extraction. */
  readonly schema?: z.ZodType
}

/** What the provider adds by itself, such as how tools are used, and the shape of an answer. */
const addedTokens = 4000

/** Prompt tokens at most, without asking anybody: two bytes each, which no tokenizer exceeds on text. */
export function boundTokens({ system, tools, messages }: Prompt): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify([system, tools, messages])) / 2) + addedTokens
}

/** Prompt tokens for `model` as the provider counts them, with a little on the safe side; our own bound when it does not answer. */
export async function countTokens(
  client: Anthropic,
  model: string,
  request: Prompt,
  signal: AbortSignal,
): Promise<number> {
  const { schema } = request
  const format = schema && { output_config: { format: toOutputFormat(schema) } }
  try {
    const counted = await client.messages.countTokens({ model, ...toPrompt(request), ...format }, { signal })
    return Math.ceil(counted.input_tokens * 1.02) + 200
  } catch {
    return boundTokens(request)
  }
}

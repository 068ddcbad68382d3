import type Anthropic from '@anthropic-ai/sdk'

import type { ContentBlock } from './model.ts'
import type { Usage } from './usage.ts'

/** The answer's blocks in our terms, in order; what is neither text nor a tool call stays opaque. */
export function fromContent(content: readonly Anthropic.ContentBlock[]): ContentBlock[] {
  return content.map((block) => {
    if (block.type === 'text') return { type: 'text', text: block.text }
    if (block.type === 'tool_use') return { type: 'tool_use', id: block.id, name: block.name, input: block.input }
    return { type: 'opaque', raw: block }
  })
}

/** The billed tokens of one answer; counts a compatible endpoint leaves out are zero. */
export function fromUsage(usage: Anthropic.Usage): Usage {
  const written = usage.cache_creation_input_tokens ?? 0
  const written1h = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0
  return {
    inputTokens: usage.input_tokens ?? 0,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    cacheWrite5mTokens: Math.max(0, written - written1h),
    cacheWrite1hTokens: written1h,
    outputTokens: usage.output_tokens ?? 0,
  }
}

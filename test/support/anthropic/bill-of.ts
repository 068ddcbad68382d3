import { costOf } from '../../../src/claude/prices.ts'
import type { AnthropicStandIn } from './start-anthropic.ts'

/** What the stand-in has billed so far, in US dollars, as if all of it were the main model's. */
export function billOf({ billed }: AnthropicStandIn): number {
  return billed.reduce((sum, usage) => {
    const cost = costOf('claude-opus-5-5', {
      inputTokens: usage.input_tokens,
      cacheReadTokens: usage.cache_read_input_tokens,
      cacheWrite5mTokens: usage.cache_creation.ephemeral_5m_input_tokens,
      cacheWrite1hTokens: usage.cache_creation.ephemeral_1h_input_tokens,
      outputTokens: usage.output_tokens,
    })
    return sum + (cost ?? Infinity)
  }, 0)
}

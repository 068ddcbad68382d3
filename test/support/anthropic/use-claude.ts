import { createClaude, type Claude, type ClaudeOptions } from '../../../src/claude/create-claude.ts'
import type { ModelRequest } from '../../../src/claude/model.ts'
import type { AnthropicStandIn } from './start-anthropic.ts'

export const key = 'sk-ant-test-0123456789'

/** Our client on a stand-in, with retries that take no time. */
export function claudeOn(anthropic: Pick<AnthropicStandIn, 'url'>, overrides: Partial<ClaudeOptions> = {}): Claude {
  return createClaude({
    apiKey: key,
    baseUrl: anthropic.url,
    model: 'claude-opus-5-5',
    smallModel: 'claude-haiku-5-5',
    retry: { maxRetries: 2, baseDelayMs: 1, maxDelayMs: 2000 },
    ...overrides,
  })
}

/** A request that asks one thing. */
export function asking(text: string, overrides: Partial<ModelRequest> = {}): ModelRequest {
  return {
    system: [{ text: 'You are the architect of this team.', cache: '1h' }],
    tools: [],
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    maxTokens: 4000,
    ...overrides,
  }
}

/** A signal nobody aborts. */
export function unhurried(): AbortSignal {
  return new AbortController().signal
}

export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}

import { createHash } from 'node:crypto'

import type { Reply } from './script.ts'
import { countTokens } from './tokens.ts'
import type { WireBlock, WireBody, WireUsage } from './wire.ts'

export interface WireAnswer {
  readonly id: string
  readonly type: 'message'
  readonly role: 'assistant'
  readonly model: string
  readonly content: readonly WireBlock[]
  readonly stop_reason: string
  readonly stop_sequence: null
  readonly stop_details: object | null
  readonly usage: WireUsage & { readonly output_tokens_details: { readonly thinking_tokens: number } }
}

/** The whole answer a reply stands for, as the non-streaming API would send it. */
export function toAnswer(reply: Reply, body: WireBody, inputUsage: Omit<WireUsage, 'output_tokens'>): WireAnswer {
  const content = toContent(reply, body)
  const thinkingTokens = reply.thinking ? countTokens(reply.thinking) : 0
  const spoken = content.filter((block) => block.type !== 'thinking')
  return {
    id: `msg_${shortHash(JSON.stringify([body, content]))}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content,
    stop_reason: stopReason(reply),
    stop_sequence: null,
    stop_details: reply.refusal ? { type: 'refusal', category: reply.refusal.category, explanation: null } : null,
    usage: {
      ...inputUsage,
      output_tokens: countTokens(JSON.stringify(spoken)) + thinkingTokens,
      output_tokens_details: { thinking_tokens: thinkingTokens },
    },
  }
}

/** The signature the stand-in puts on a thinking text, and expects back with it. */
function signThinking(thinking: string, salt: string): string {
  return `sig_${shortHash(`${salt}\n${thinking}`)}`
}

function toContent(reply: Reply, body: WireBody): WireBlock[] {
  const content: WireBlock[] = []
  if (reply.thinking !== undefined && body.thinking && body.thinking.type !== 'disabled') {
    const thinking = body.thinking.display === 'summarized' ? reply.thinking : ''
    content.push({ type: 'thinking', thinking, signature: signThinking(thinking, body.model) })
  }
  const text = reply.json === undefined ? reply.text : JSON.stringify(reply.json)
  if (text) content.push({ type: 'text', text })
  for (const [index, call] of (reply.toolCalls ?? []).entries()) {
    const id = call.id ?? `toolu_${shortHash(JSON.stringify([body.messages.length, index, call]))}`
    content.push({ type: 'tool_use', id, name: call.name, input: call.input })
  }
  return content
}

function stopReason(reply: Reply): string {
  if (reply.refusal) return 'refusal'
  return reply.stopReason ?? (reply.toolCalls?.length ? 'tool_use' : 'end_turn')
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20)
}

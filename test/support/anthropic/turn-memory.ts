import type { WireAnswer } from './message.ts'
import { blocksOf, invalid, type WireBlock, type WireBody, type WireError, type WireMessage } from './wire.ts'

/**
 * Remembers the thinking sent with each tool call, and the turns it paused. The API checks that the latest assistant
 * turn of a running tool loop comes back with its thinking blocks unchanged; a paused turn may stand last.
 */
export class TurnMemory {
  readonly #byCallId = new Map<string, string>()
  readonly #paused = new Set<string>()

  note(answer: WireAnswer): void {
    if (answer.stop_reason === 'pause_turn') this.#paused.add(JSON.stringify(answer.content))
    for (const block of answer.content) {
      if (block.type === 'tool_use' && block.id) this.#byCallId.set(block.id, thinkingIn(answer.content))
    }
  }

  isPaused(message: WireMessage): boolean {
    return this.#paused.has(JSON.stringify(message.content))
  }

  refuse(body: WireBody): WireError | undefined {
    const at = body.messages.findLastIndex((message) => message.role === 'assistant')
    const latest = body.messages[at]
    if (!latest) return undefined
    const blocks = blocksOf(latest.content)
    const call = blocks.find((block) => block.type === 'tool_use' && this.#byCallId.has(block.id ?? ''))
    if (!call || this.#byCallId.get(call.id ?? '') === thinkingIn(blocks)) return undefined
    return invalid(
      `messages.${at}.content: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be ` +
        'modified. These blocks must remain as they were in the original response.',
    )
  }
}

function thinkingIn(blocks: readonly WireBlock[]): string {
  const thinking = blocks.filter((block) => block.type === 'thinking')
  return JSON.stringify(thinking.map((block) => [block.thinking, block.signature]))
}

import { splitBlocks } from '../../lib/markdown-blocks.ts'
import { splitOversized } from './split-oversized.ts'

export interface MessageLimits {
  maxChars: number
  /** Slack expands a Markdown block into blocks of its own, which count against 50 a message. */
  maxBlocks: number
}

/** Below Slack's 12,000 for Markdown text and its 13,200 over all blocks (bolt-js#2509), with room for the footer. */
const messageLimits: MessageLimits = { maxChars: 11_000, maxBlocks: 40 }

/** Cuts an answer into messages that Slack takes, between blocks where it can; none for an empty answer. Together they read as the whole. */
export function splitMessages(markdown: string, limits: MessageLimits = messageLimits): string[] {
  const messages: string[] = []
  let current = { text: '', blocks: 0, tables: 0 }
  const flush = () => {
    if (current.text.trim() !== '') messages.push(current.text.trim())
    current = { text: '', blocks: 0, tables: 0 }
  }
  for (const block of splitBlocks(markdown)) {
    // Slack refuses a message with two tables (only_one_table_allowed).
    const tables = block.kind === 'table' ? 1 : 0
    for (const piece of splitOversized(block, limits.maxChars)) {
      const full = current.text.length + piece.length > limits.maxChars || current.blocks >= limits.maxBlocks
      if (full || current.tables + tables > 1) flush()
      current = { text: current.text + piece, blocks: current.blocks + 1, tables: current.tables + tables }
    }
  }
  flush()
  return messages
}

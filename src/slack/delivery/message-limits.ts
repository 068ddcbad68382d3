import { readSegments } from '../../lib/fenced-code.ts'
import type { MarkdownBlock } from '../../lib/markdown-blocks.ts'

/** What one Slack message may hold of an answer. */
export interface MessageLimits {
  chars: number
  /** Blocks after Slack has expanded the Markdown. */
  blocks: number
  tables: number
}

/**
 * Below every ceiling that was seen, with room for the footer and the buttons: 12,000 characters of Markdown, about
 * 13,200 in all blocks (metabase PR 79908), 50 blocks after expansion (archestra PR 4980), one table
 * (only_one_table_allowed).
 */
export const messageLimits: MessageLimits = { chars: 11_000, blocks: 45, tables: 1 }

/** A Slack table has at most 100 rows with its header, and 10,000 characters in its cells. */
export const tableLimits = { rows: 100, chars: 9500 }

/** What a message holds already. */
export type MessageFill = MessageLimits

export const emptyMessage: MessageFill = { chars: 0, blocks: 0, tables: 0 }

/** What a block takes of a message. */
export function measureBlock(block: MarkdownBlock): MessageFill {
  return { chars: block.text.length, blocks: estimateBlocks(block), tables: block.kind === 'table' ? 1 : 0 }
}

export function addFill(a: MessageFill, b: MessageFill): MessageFill {
  return { chars: a.chars + b.chars, blocks: a.blocks + b.blocks, tables: a.tables + b.tables }
}

export function fits(fill: MessageFill, limits: MessageLimits): boolean {
  return fill.chars <= limits.chars && fill.blocks <= limits.blocks && fill.tables <= limits.tables
}

/** Whether the block can be one message, and its table one table. */
export function fitsAlone(block: MarkdownBlock, limits: MessageLimits): boolean {
  const { text, kind } = block
  const isSmall = kind !== 'table' || (text.length <= tableLimits.chars && text.split('\n').length <= tableLimits.rows)
  return isSmall && fits(measureBlock(block), limits)
}

/**
 * How many blocks Slack makes of one: each heading, rule, table, paragraph, list, quote and fence becomes one at most
 * (neighbours may share one), and a fence inside a list or quote parts what is around it.
 */
function estimateBlocks({ kind, text }: MarkdownBlock): number {
  if (text.trim() === '') return 0
  if (kind !== 'list' && kind !== 'quote') return 1
  return 2 + 2 * readSegments(text).filter((segment) => segment.kind === 'fence').length
}

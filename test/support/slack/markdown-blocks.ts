import { marked } from 'marked'
import type { Block } from './world.ts'

/** How many blocks a message becomes once Slack has expanded its markdown blocks (archestra PR 4980). */
export function countExpandedBlocks(blocks: Block[]): number {
  return blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? expandedCount(String(block.text)) : 1), 0)
}

function expandedCount(markdown: string): number {
  const pieces = marked.lexer(markdown).filter((token) => token.type !== 'space' && token.type !== 'def')
  return Math.max(1, pieces.length)
}

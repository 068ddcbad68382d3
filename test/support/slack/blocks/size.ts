import { marked } from 'marked'
import { asText, isObject } from '../json.ts'
import type { Block } from '../world.ts'

/** How many blocks a message becomes once Slack has expanded its markdown blocks (archestra PR 4980). */
export function countExpandedBlocks(blocks: Block[]): number {
  return blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? countPieces(asText(block.text)) : 1), 0)
}

function countPieces(markdown: string): number {
  const pieces = marked.lexer(markdown).filter((token) => token.type !== 'space' && token.type !== 'def')
  return Math.max(1, pieces.length)
}

const TEXT_KEYS = new Set(['text', 'title', 'caption', 'alt_text', 'details', 'output'])

/** The characters people can read in a value, over everything nested in it. */
export function countCharacters(value: unknown, key = ''): number {
  if (typeof value === 'string') return TEXT_KEYS.has(key) ? value.length : 0
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countCharacters(item, key), 0)
  if (!isObject(value)) return 0
  return Object.entries(value).reduce((sum, [name, item]) => sum + countCharacters(item, name), 0)
}

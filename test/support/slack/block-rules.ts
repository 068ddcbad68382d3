import { isObject } from './json.ts'
import { countExpandedBlocks } from './markdown-blocks.ts'
import { Refusal } from './refusal.ts'
import type { Block } from './world.ts'

const MAX_BLOCKS = { message: 50, view: 100 }

/** The characters a message's blocks may hold together; not documented, measured at 13,202 (metabase PR 79908). */
export const BLOCKS_TEXT_LIMIT = 13_200

/** The blocks of a message or view, each with a block_id; throws the refusal Slack would answer. */
export function checkBlocks(value: unknown, surface: 'message' | 'view'): Block[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format')
  const blocks = value.map((block, index) => asBlock(block, index))
  if (surface === 'message') checkMessageSize(blocks)
  if (surface === 'view' && blocks.length > MAX_BLOCKS.view) throw invalidBlocks('no more than 100 items allowed', '')
  return blocks
}

export function invalidBlocks(message: string, pointer: string): Refusal {
  const full = `[ERROR] ${message} [json-pointer:/blocks${pointer}]`
  return new Refusal('invalid_blocks', { errors: [full], response_metadata: { messages: [full] } })
}

function asBlock(value: unknown, index: number): Block {
  if (!isObject(value) || typeof value.type !== 'string') throw invalidBlocks('must provide an object', `/${index}`)
  return { ...value, type: value.type, block_id: value.block_id ?? `b${index}x${value.type}` }
}

function checkMessageSize(blocks: Block[]): void {
  if (countExpandedBlocks(blocks) > MAX_BLOCKS.message) throw new Refusal('msg_blocks_too_many')
  if (countCharacters(blocks) > BLOCKS_TEXT_LIMIT) throw new Refusal('msg_blocks_too_long')
}

const TEXT_KEYS = new Set(['text', 'title', 'caption', 'alt_text', 'details', 'output'])

function countCharacters(value: unknown, key = ''): number {
  if (typeof value === 'string') return TEXT_KEYS.has(key) ? value.length : 0
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countCharacters(item, key), 0)
  if (!isObject(value)) return 0
  return Object.entries(value).reduce((sum, [name, item]) => sum + countCharacters(item, name), 0)
}

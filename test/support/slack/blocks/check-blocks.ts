import type { z } from 'zod'
import { asObjects, asText, isObject } from '../json.ts'
import { Refusal } from '../refusal.ts'
import type { Block } from '../world.ts'
import { countCharacters, countExpandedBlocks } from './size.ts'
import { messageBlock, viewBlock } from './schemas.ts'

const MAX_MESSAGE_BLOCKS = 50
const MAX_VIEW_BLOCKS = 100

/** The characters a message's blocks may hold together; not documented, measured at 13,202 (metabase PR 79908). */
const MESSAGE_TEXT_LIMIT = 13_200

/** A message's blocks, each with a block_id; throws the refusal Slack would answer. */
export function checkMessageBlocks(value: unknown): Block[] {
  const blocks = checkEach(value, messageBlock)
  if (countExpandedBlocks(blocks) > MAX_MESSAGE_BLOCKS) throw new Refusal('msg_blocks_too_many')
  if (countCharacters(blocks) > MESSAGE_TEXT_LIMIT) throw new Refusal('msg_blocks_too_long')
  if (blocks.filter((block) => block.type === 'table').length > 1) {
    throw new Refusal('invalid_attachments', { response_metadata: { messages: ['[ERROR] only_one_table_allowed'] } })
  }
  return blocks
}

/** A modal's or Home tab's blocks, each with a block_id; throws the refusal Slack would answer. */
export function checkViewBlocks(value: unknown): Block[] {
  const blocks = checkEach(value, viewBlock)
  if (blocks.length > MAX_VIEW_BLOCKS) throw invalidBlocks('no more than 100 items allowed', '')
  return blocks
}

function checkEach(value: unknown, schema: z.ZodType): Block[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format')
  const blocks = value.map((block, index) => checkBlock(block, index, schema))
  const repeated = findRepeated(blocks.map((block) => String(block.block_id)))
  if (repeated !== undefined) throw invalidBlocks(`\`block_id\` "${repeated}" already exists`, '')
  return blocks
}

function checkBlock(value: unknown, index: number, schema: z.ZodType): Block {
  const result = schema.safeParse(value)
  if (!result.success) throw refuseIssues(result.error.issues, index)
  if (!isObject(value)) throw invalidBlocks('must provide an object', `/${index}`)
  const actionIds = asObjects(value.elements).flatMap((element) => asText(element.action_id) || [])
  const repeated = findRepeated(actionIds)
  if (repeated !== undefined) throw invalidBlocks(`\`action_id\` "${repeated}" already exists`, `/${index}`)
  return { ...value, type: String(value.type), block_id: value.block_id ?? `~${index}${String(value.type)}` }
}

function refuseIssues(issues: z.core.$ZodIssue[], index: number): Refusal {
  const messages = issues.map((issue) => `${issue.message} [json-pointer:/blocks/${[index, ...issue.path].join('/')}]`)
  return refuseBlocks(messages)
}

function invalidBlocks(message: string, pointer: string): Refusal {
  return refuseBlocks([`${message} [json-pointer:/blocks${pointer}]`])
}

function refuseBlocks(messages: string[]): Refusal {
  const errors = messages.map((message) => `[ERROR] ${message}`)
  return new Refusal('invalid_blocks', { errors: messages, response_metadata: { messages: errors } })
}

function findRepeated(names: string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}

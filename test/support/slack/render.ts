import { asText, isObject } from './json.ts'
import { unescapeText } from './escape.ts'
import type { StreamPart } from './stream-state.ts'
import type { Block, Message, World } from './world.ts'

/** A message as a reader sees it, in plain text: blocks win over text, streams show their parts in order. */
export function renderMessage(world: World, message: Message): string {
  return renderReferences(world, readMessage(message))
}

function readMessage(message: Message): string {
  const files = message.files.map((file) => `[file: ${file.name}]`)
  if (message.stream)
    return joinLines([...message.stream.parts.map(readPart), ...message.blocks.map(readBlock), ...files])
  if (message.markdownText !== undefined) return joinLines([message.markdownText, ...files])
  const body = message.blocks.length > 0 ? message.blocks.map(readBlock) : [message.text]
  return joinLines([...body, ...message.attachments.map((attachment) => readValue(attachment)), ...files])
}

export function renderBlocks(world: World, blocks: Block[]): string {
  return renderReferences(world, joinLines(blocks.map(readBlock)))
}

function readPart(part: StreamPart): string {
  if (part.kind === 'markdown') return part.text
  if (part.kind === 'plan') return part.title
  if (part.kind === 'blocks') return joinLines(part.blocks.map(readBlock))
  const sources = part.sources.map((source) => source.text)
  return joinLines([`[${part.status}] ${part.title}`, part.details ?? '', part.output ?? '', ...sources])
}

function readBlock(block: Block): string {
  if (block.type === 'rich_text') return readRichText(block.elements)
  if (block.type === 'divider') return '---'
  if (block.type === 'table' || block.type === 'data_table') return readTable(block)
  return readValue(block)
}

function readTable(block: Block): string {
  const rows = Array.isArray(block.rows) ? block.rows : []
  const lines = rows.map((row) => (Array.isArray(row) ? row.map((cell) => readValue(cell)).join(' | ') : ''))
  return joinLines([typeof block.caption === 'string' ? block.caption : '', ...lines])
}

const HIDDEN_KEYS = new Set([
  'type',
  'block_id',
  'action_id',
  'value',
  'url',
  'image_url',
  'style',
  'task_id',
  'status',
  'level',
  'width',
  'align',
])

/** Every text in a block, in the order it is written; ids, values and addresses are not seen by a reader. */
function readValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return joinLines(value.map(readValue))
  if (!isObject(value)) return ''
  if (value.type === 'rich_text') return readRichText(value.elements)
  const seen = Object.entries(value).filter(([key, item]) => !HIDDEN_KEYS.has(key) && typeof item !== 'boolean')
  return joinLines(seen.map(([, item]) => readValue(item)))
}

function readRichText(elements: unknown): string {
  if (!Array.isArray(elements)) return ''
  return joinLines(elements.filter(isObject).map((element) => readRichElements(element.elements)))
}

function readRichElements(elements: unknown): string {
  if (!Array.isArray(elements)) return ''
  return elements
    .filter(isObject)
    .map((element) => {
      if (element.type === 'user') return `<@${String(element.user_id)}>`
      if (element.type === 'channel') return `<#${String(element.channel_id)}>`
      if (element.type === 'broadcast') return `@${String(element.range)}`
      if (element.type === 'emoji') return `:${String(element.name)}:`
      if (element.type === 'link') return asText(element.text ?? element.url)
      return Array.isArray(element.elements) ? readRichElements(element.elements) : asText(element.text)
    })
    .join('')
}

function renderReferences(world: World, text: string): string {
  const readable = text
    .replaceAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `@${world.users.get(id)?.name ?? id}`)
    .replaceAll(/<#(C[A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `#${world.channels.get(id)?.name ?? id}`)
    .replaceAll(/<!(channel|here|everyone)(?:\|[^>]*)?>/g, '@$1')
    .replaceAll(/<((?:https?|mailto|slack):[^>|]+)\|([^>]+)>/g, '$2')
    .replaceAll(/<((?:https?|mailto|slack):[^>|]+)>/g, '$1')
  return unescapeText(readable)
}

function joinLines(lines: string[]): string {
  return lines.filter((line) => line !== '').join('\n')
}

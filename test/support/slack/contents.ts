import { isObject } from './json.ts'
import type { Args } from './args.ts'
import { checkMessageBlocks } from './blocks/check-blocks.ts'
import { escapeText } from './escape.ts'
import { Refusal } from './refusal.ts'
import { MARKDOWN_TEXT_LIMIT } from './stream-state.ts'
import type { Block, Json } from './world.ts'

const POSTED_TEXT_LIMIT = 40_000

export interface Contents {
  text: string
  markdownText?: string
  blocks: Block[]
  attachments: Json[]
}

/** What a message says, checked as Slack checks it; throws the refusal Slack would answer. */
export function readContents(args: Args): Contents {
  const text = args.text('text') ?? ''
  const markdownText = args.text('markdown_text')
  const blocks = checkMessageBlocks(args.json('blocks', 'invalid_blocks_format'))
  const attachments = (args.list('attachments', 'invalid_attachments') ?? []).filter(isObject)
  if (markdownText !== undefined) {
    if (text !== '' || blocks.length > 0) throw new Refusal('markdown_text_conflict')
    if (markdownText.length > MARKDOWN_TEXT_LIMIT) throw new Refusal('msg_too_long')
  }
  if (text === '' && !markdownText && blocks.length === 0 && attachments.length === 0) throw new Refusal('no_text')
  return {
    text: escapeText(text.slice(0, POSTED_TEXT_LIMIT)),
    ...(markdownText !== undefined && { markdownText }),
    blocks,
    attachments,
  }
}

/** A message's metadata as Slack keeps it; an empty object is none. */
export function readMetadata(args: Args): Json | undefined {
  const metadata = args.object('metadata', 'invalid_metadata_format')
  if (!metadata || Object.keys(metadata).length === 0) return undefined
  const isWellFormed = typeof metadata.event_type === 'string' && isObject(metadata.event_payload)
  if (!isWellFormed) throw new Refusal('invalid_metadata_format')
  return { event_type: metadata.event_type, event_payload: metadata.event_payload }
}

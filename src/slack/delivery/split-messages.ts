import { type MarkdownBlock, splitBlocks } from '../../lib/markdown-blocks.ts'
import {
  addFill,
  emptyMessage,
  fits,
  fitsAlone,
  measureBlock,
  type MessageFill,
  type MessageLimits,
  messageLimits,
} from './message-limits.ts'
import { splitBlock } from './split-block.ts'

/** Where text goes while an answer grows: on to the current message, or into a new one. */
export interface Placement {
  text: string
  startsMessage: boolean
  /** What its message then holds. */
  fill: MessageFill
}

/** Places the next block of an answer, given what its current message holds; more than once when no message could hold it whole. */
export function placeBlock(fill: MessageFill, block: MarkdownBlock, limits = messageLimits): Placement[] {
  const grown = addFill(fill, measureBlock(block))
  const isWhole = fitsAlone(block, limits)
  if (isWhole && fits(grown, limits)) return [{ text: block.text, startsMessage: false, fill: grown }]
  const pieces = isWhole ? [block.text.replace(/^\n+/, '')] : splitBlock(block, limits)
  return pieces.map((text, index) => ({
    text,
    startsMessage: index > 0 || fill.chars > 0,
    fill: measureBlock({ kind: block.kind, text }),
  }))
}

/** Cuts an answer into messages that Slack takes, between blocks where it can; none for an empty answer. A heading stays with what it heads. */
export function splitMessages(markdown: string, limits: MessageLimits = messageLimits): string[] {
  const messages: MarkdownBlock[][] = [[]]
  let fill = emptyMessage
  for (const block of splitBlocks(markdown))
    for (const placement of placeBlock(fill, block, limits)) {
      fill = placement.fill
      const placed = { kind: block.kind, text: placement.text }
      if (placement.startsMessage) {
        const headings = takeHeadings(messages.at(-1) ?? [], placed, limits)
        fill = measureAll([...headings, placed])
        messages.push(headings)
      }
      messages.at(-1)?.push(placed)
    }
  return messages.map(joinBlocks).filter((message) => message !== '')
}

/** Takes the headings a message would end with, when the next message has room for them. */
function takeHeadings(message: MarkdownBlock[], next: MarkdownBlock, limits: MessageLimits): MarkdownBlock[] {
  const from = message.findLastIndex(({ kind }) => kind !== 'heading') + 1
  return from > 0 && fits(measureAll([...message.slice(from), next]), limits) ? message.splice(from) : []
}

function measureAll(blocks: readonly MarkdownBlock[]): MessageFill {
  return blocks.map(measureBlock).reduce(addFill, emptyMessage)
}

function joinBlocks(blocks: readonly MarkdownBlock[]): string {
  return blocks
    .map(({ text }) => text)
    .join('')
    .replace(/^\n+|\s+$/g, '')
}

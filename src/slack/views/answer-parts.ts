import type { Block, KnownBlock } from '@slack/web-api'
import type { TurnPart } from '../../db/schema.ts'
import { splitBlocks } from '../../lib/markdown-blocks.ts'
import {
  addFill,
  emptyMessage,
  fits,
  measureBlock,
  type MessageFill,
  messageLimits,
} from '../delivery/message-limits.ts'
import { plainText } from '../delivery/plain-text.ts'
import { splitMessages } from '../delivery/split-messages.ts'
import { type AnswerView, isChoiceOfAnswer, renderChoices, renderText } from './answer.ts'
import type { Rendered } from './rendered.ts'

const fallbackChars = 3000
/** A row of buttons and the line above it. */
const rowFill: MessageFill = { chars: 0, blocks: 2, tables: 0 }
const room = { ...messageLimits, blocks: messageLimits.blocks - rowFill.blocks }

/** The parts of an answer as messages, as many in each as Slack takes; what a part offers stands right under it. */
export function renderParts(parts: readonly TurnPart[], view: AnswerView): Rendered[] {
  return group(parts.filter((part) => !isChoiceOfAnswer(part)).flatMap(fitMessage)).map((group) => ({
    text: plainText(group.map(({ markdown }) => markdown).join('\n\n'), fallbackChars),
    blocks: group.flatMap((part, index) => [...(index > 0 ? [divider] : []), ...renderPart(part, view)]),
  }))
}

/** A part that no message could hold is cut; its buttons stay with its end. */
function fitMessage({ markdown, choices }: TurnPart): TurnPart[] {
  const pieces = splitMessages(markdown, room)
  return pieces.map((piece, index) => ({ markdown: piece, choices: index === pieces.length - 1 ? choices : [] }))
}

function group(parts: readonly TurnPart[]): TurnPart[][] {
  const groups: TurnPart[][] = []
  let fill = emptyMessage
  for (const part of parts) {
    const grown = addFill(fill, measure(part))
    const last = groups.at(-1)
    if (last && fits(grown, messageLimits)) {
      last.push(part)
      fill = grown
    } else {
      groups.push([part])
      fill = measure(part)
    }
  }
  return groups
}

function measure({ markdown }: TurnPart): MessageFill {
  return splitBlocks(markdown).map(measureBlock).reduce(addFill, rowFill)
}

function renderPart({ markdown, choices }: TurnPart, { style }: AnswerView): (KnownBlock | Block)[] {
  return [...renderText(markdown, style), ...(choices.length > 0 ? [renderChoices(choices)] : [])]
}

const divider: KnownBlock = { type: 'divider' }

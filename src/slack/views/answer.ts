import { escapeMrkdwn } from '../delivery/mrkdwn-text.ts'
import type { Block, KnownBlock } from '@slack/web-api'
import type { TurnChoice, TurnPart } from '../../db/schema.ts'
import type { SpeechEnding } from '../../turns/voice.ts'
import { classicSections } from '../delivery/classic-sections.ts'
import { plainText } from '../delivery/plain-text.ts'
import { actionIds, voteValue } from './action-ids.ts'
import { renderFooter } from './footer.ts'
import type { BlockStyle, Rendered } from './rendered.ts'

/** chat.update refuses a `text` above 4,000 characters. */
const fallbackChars = 3000

export interface AnswerView {
  style: BlockStyle
  runId: string
}

/** One message of an answer: its text, and under the last one how it ended; an unfinished one carries a Stop button. */
export function renderAnswer(
  markdown: string,
  ending: SpeechEnding | 'unfinished' | undefined,
  view: AnswerView,
): Rendered {
  const closing = ending === 'unfinished' ? [renderStop(view)] : ending ? renderClosing(ending, view) : []
  return { text: plainText(markdown, fallbackChars), blocks: [...renderText(markdown, view.style), ...closing] }
}

/** The message shown while there is no text yet. */
export function renderWorking(status: string, view: AnswerView): Rendered {
  const text = escapeMrkdwn(status)
  const lines = text.split('\n').map((line) => context(line.startsWith('*') ? line : `_${line}_`))
  return { text, blocks: [...lines.slice(0, 20), renderStop(view)] }
}

/** What stands under a finished answer: how it ended, one quiet line of facts about it, and the buttons. */
export function renderClosing(ending: SpeechEnding, view: AnswerView): (KnownBlock | Block)[] {
  const footer = renderFooter(ending.footer)
  return [
    ...(ending.notice && ending.answer ? [context(`_${ending.notice}_`)] : []),
    ...(ending.parts ?? []).filter(isChoiceOfAnswer).map(({ choices }) => renderChoices(choices)),
    ...(footer ? [context(footer)] : []),
    ...(ending.offerRetry ? [actions([button('Try again', actionIds.retry, view.runId)])] : []),
    ...(ending.askFeedback ? [renderVote(view)] : []),
  ]
}

/** Markdown as a workspace can show it. */
export function renderText(markdown: string, style: BlockStyle): (KnownBlock | Block)[] {
  return style === 'modern' ? [{ type: 'markdown', text: markdown }] : classicSections(markdown)
}

/** Choices without words of their own belong to the answer. */
export function isChoiceOfAnswer({ markdown, choices }: TurnPart): boolean {
  return markdown === '' && choices.length > 0
}

/** A row of what can be done. */
export function renderChoices(choices: readonly TurnChoice[]): KnownBlock {
  return {
    type: 'actions',
    elements: choices.map(({ label, act, value }, index) => ({
      type: 'button',
      text: plain(label),
      // Within a block no two may be the same.
      action_id: `${act}:${index}`,
      value,
    })),
  }
}

function renderVote({ style, runId }: AnswerView): KnownBlock | Block {
  if (style === 'classic')
    return actions([
      button('Helpful', actionIds.feedbackUp, voteValue('up', runId)),
      button('Not helpful', actionIds.feedbackDown, voteValue('down', runId)),
    ])
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: actionIds.feedback,
        positive_button: { text: plain('Helpful'), value: voteValue('up', runId) },
        negative_button: { text: plain('Not helpful'), value: voteValue('down', runId) },
      },
    ],
  }
}

function renderStop({ runId }: AnswerView): KnownBlock {
  return actions([button('Stop', actionIds.stop, runId)])
}

const plain = (text: string) => ({ type: 'plain_text' as const, text })
const button = (text: string, actionId: string, value: string) => ({
  type: 'button' as const,
  text: plain(text),
  action_id: actionId,
  value,
})
const actions = (elements: ReturnType<typeof button>[]): KnownBlock => ({ type: 'actions', elements })
const context = (text: string): KnownBlock => ({ type: 'context', elements: [{ type: 'mrkdwn', text }] })

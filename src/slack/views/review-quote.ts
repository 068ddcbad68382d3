import type { TurnChoice } from '../../db/schema.ts'
import { escapeMrkdwn } from '../delivery/mrkdwn-text.ts'
import { renderChoices } from './answer.ts'
import type { Reply } from './reply.ts'

/** What a review would read and cost, with a button for each depth. `text` names what somebody else has named. */
export function renderQuote({ text: words, choices }: { text: string; choices: readonly TurnChoice[] }): Reply {
  const text = escapeMrkdwn(words)
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }, renderChoices(choices)] }
}

import type { TurnChoice } from '../../db/schema.ts'
import { renderChoices } from './answer.ts'
import type { Reply } from './reply.ts'

/** What a review would read and cost, with a button for each depth. `text` is Slack's own markup. */
export function renderQuote({ text, choices }: { text: string; choices: readonly TurnChoice[] }): Reply {
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }, renderChoices(choices)] }
}

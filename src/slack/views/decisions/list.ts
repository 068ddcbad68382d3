import type { KnownBlock } from '@slack/web-api'
import { type Decision, nameDecision, toOneLine } from '../../../decisions/decision.ts'
import { oneLine } from '../one-line.ts'
import { decisionActs } from './acts.ts'

/** A section takes 3,000 characters, and an escaped one counts for up to five. */
const saysChars = 400
const aboutChars = 150

/** Decisions one below the other, each with a button that opens it. */
export function renderDecisionLines(decisions: readonly Decision[]): KnownBlock[] {
  return decisions.map((decision) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: describe(decision), verbatim: true },
    accessory: {
      type: 'button',
      text: { type: 'plain_text', text: decisionActs.details.label },
      action_id: decisionActs.details.actionId,
      value: `${decision.id}:${decision.version}`,
    },
  }))
}

function describe(decision: Decision): string {
  const { status, body, tags } = { ...decision, tags: decision.body.tags }
  const about = [status, body.repository, ...tags].filter(Boolean).join(', ')
  return `*${nameDecision(decision)}* ${oneLine(toOneLine(body), saysChars)}\n_${oneLine(about, aboutChars)}_`
}

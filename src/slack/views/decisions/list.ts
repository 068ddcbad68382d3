import type { KnownBlock } from '@slack/web-api'
import { type Decision, nameDecision, toOneLine } from '../../../decisions/decision.ts'
import { decisionActs } from './acts.ts'

/** Decisions one below the other, each with a button that opens it. */
export function renderDecisionLines(decisions: readonly Decision[]): KnownBlock[] {
  return decisions.map((decision) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: describe(decision).slice(0, 2900), verbatim: true },
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
  return `*${nameDecision(decision)}* ${escape(toOneLine(body))}\n_${escape(about)}_`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

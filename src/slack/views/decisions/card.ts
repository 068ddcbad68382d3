import type { Block, KnownBlock } from '@slack/web-api'
import type { Decision } from '../../../decisions/decision.ts'
import { type NeutralPolicy, neutralise } from '../../delivery/neutralise.ts'
import { plainText } from '../../delivery/plain-text.ts'
import { splitMessages } from '../../delivery/split-messages.ts'
import { renderText } from '../answer.ts'
import type { BlockStyle, Rendered } from '../rendered.ts'
import { decisionActs, type DecisionAct } from './acts.ts'
import { writeBody, writeCard, writeChecks } from './write-decision.ts'

export interface CardView {
  style: BlockStyle
  /** Where links may lead with data in them; people are those the decision names. */
  seenUrls: readonly string[]
  /** Named deciders who left: nothing waits for them. */
  gone: readonly string[]
}

const fallbackChars = 3000
/** A card shows the point; the whole record opens from its Details button. */
const bodyChars = 2500

/** A decision as a message: what it says, who decides, and what can be done now. */
export function renderCard(decision: Decision, view: CardView): Rendered {
  const policy = policyFor(decision, view)
  const isOpen = decision.status === 'draft' || decision.status === 'proposed'
  const body = isOpen ? writeBody(decision.body) : ''
  const checks = isOpen ? writeChecks(decision.checks) : ''
  const whole = [writeCard(decision, view.gone), body.slice(0, bodyChars), checks]
    .filter((part) => part !== '')
    .join('\n\n')
  // Reasons and amendments may be more than a message holds.
  const [shown = '', ...rest] = splitMessages(neutralise(whole, policy))
  const markdown = rest.length > 0 || body.length > bodyChars ? `${shown}…` : shown
  return {
    text: plainText(markdown, fallbackChars),
    blocks: [...renderText(markdown, view.style), ...renderActs(decision)],
  }
}

/** Who may be named and where links may lead in what people wrote into a decision. */
export function policyFor({ body, votes, createdBy, amendments }: Decision, { seenUrls }: CardView): NeutralPolicy {
  const people = [
    ...body.deciders,
    ...body.consulted,
    ...body.informed,
    ...votes.map(({ userId }) => userId),
    ...amendments.map(({ by }) => by),
    createdBy,
  ]
  return { knownUserIds: people, seenUrls }
}

const actsOf: Readonly<Record<Decision['status'], readonly DecisionAct[]>> = {
  draft: ['propose', 'edit', 'withdraw'],
  proposed: ['approve', 'reject', 'edit', 'withdraw'],
  accepted: ['amend', 'review', 'supersede', 'deprecate', 'widen'],
  rejected: ['reopen'],
  withdrawn: ['reopen'],
  deprecated: [],
  superseded: [],
}

/** The buttons that fit a decision's status; who may press which is decided when somebody does. */
export function renderActs({ id, version, status, visibility }: Decision, withDetails = true): (KnownBlock | Block)[] {
  const acts = actsOf[status].filter((act) => act !== 'widen' || visibility === 'channel')
  const shown: DecisionAct[] = withDetails ? [...acts, 'details'] : acts
  if (shown.length === 0) return []
  const buttons = shown.map((act) => button(decisionActs[act].label, decisionActs[act].actionId, `${id}:${version}`))
  return [{ type: 'actions', elements: buttons }]
}

const button = (label: string, actionId: string, value: string) => ({
  type: 'button' as const,
  text: { type: 'plain_text' as const, text: label },
  action_id: actionId,
  value,
})

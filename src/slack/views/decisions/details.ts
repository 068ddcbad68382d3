import type { KnownBlock, ModalView } from '@slack/web-api'
import { type Decision, nameDecision } from '../../../decisions/decision.ts'
import type { AuditLine } from '../../../decisions/store.ts'
import { classicSections } from '../../delivery/classic-sections.ts'
import { escapeMrkdwn } from '../../delivery/mrkdwn-text.ts'
import { neutralise } from '../../delivery/neutralise.ts'
import { decisionForms } from './acts.ts'
import { type CardView, policyFor, renderActs } from './card.ts'
import { person, writeBody, writeCard } from './write-decision.ts'

/** What Slack takes; history and buttons have their share. */
const blocksAtMost = 100
const bodyBlocks = 60
const historyLines = 30
const listed = 20
/** Of a line before it is escaped: so no section comes near Slack's 3,000 characters by one line alone. */
const lineChars = 400
const sectionChars = 2900

export interface DetailsFacts {
  decision: Decision
  history: readonly AuditLine[]
  /** What its checks last came to, one line each. */
  checks: readonly string[]
  /** Decisions it replaces or is replaced by, by name. */
  related: readonly string[]
  /** Where it is looked at; empty for no channel. */
  channelId: string
}

/** One decision whole, with its history and links. */
export function renderDetails(
  { decision, history, checks, related, channelId }: DetailsFacts,
  view: CardView,
): ModalView {
  const policy = policyFor(decision, view)
  const text = neutralise(`${writeCard(decision, view.gone)}\n\n${writeBody(decision.body)}`, policy)
  const earlier = history.length - historyLines
  const more = [
    ...renderPart('Checks', checks.slice(0, listed).map(point)),
    ...renderPart('Related', related.slice(0, listed).map(point)),
    ...renderPart('History', [
      ...(earlier > 0 ? [`${earlier} earlier`] : []),
      ...history.slice(-historyLines).map(describeLine),
    ]),
  ]
  const below = [...more, ...renderActs(decision, false)]
  return {
    type: 'modal',
    callback_id: decisionForms.details,
    private_metadata: channelId,
    title: { type: 'plain_text', text: nameDecision(decision) },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [...classicSections(text).slice(0, Math.min(bodyBlocks, blocksAtMost - below.length)), ...below],
  }
}

const point = (line: string) => `• ${escapeMrkdwn(line.slice(0, lineChars))}`

/** A titled list as sections, cut between its lines. */
function renderPart(title: string, lines: readonly string[]): KnownBlock[] {
  if (lines.length === 0) return []
  const texts = [`*${title}*`]
  for (const line of lines) {
    const last = texts.at(-1) ?? ''
    if (last.length + line.length < sectionChars) texts[texts.length - 1] = `${last}\n${line}`
    else texts.push(line)
  }
  return texts.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }))
}

function describeLine({ at, kind, actorId, origin, detail }: AuditLine): string {
  const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  return `• ${day} ${person(actorId)} ${kind} (${origin})${describeDetail(detail)}`
}

function describeDetail(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return ''
  const said = ['reason', 'text', 'status'].find((name) => name in detail)
  const text = said && Object.entries(detail).find(([name]) => name === said)?.[1]
  return typeof text === 'string' && text !== '' ? `: ${escapeMrkdwn(text.slice(0, 200))}` : ''
}

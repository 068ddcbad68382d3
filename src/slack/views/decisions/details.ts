import type { KnownBlock, ModalView } from '@slack/web-api'
import { type Decision, nameDecision } from '../../../decisions/decision.ts'
import type { AuditLine } from '../../../decisions/store.ts'
import { classicSections } from '../../delivery/classic-sections.ts'
import { neutralise } from '../../delivery/neutralise.ts'
import { decisionForms } from './acts.ts'
import { type CardView, policyFor, renderActs } from './card.ts'
import { person, writeBody, writeCard } from './write-decision.ts'

/** Slack takes 100 blocks; history and buttons have their share. */
const bodyBlocks = 60
const historyLines = 30

export interface DetailsFacts {
  decision: Decision
  history: readonly AuditLine[]
  /** What its checks last came to, one line each. */
  checks: readonly string[]
  /** Decisions it replaces or is replaced by, by name. */
  related: readonly string[]
}

/** One decision whole, with its history and links. */
export function renderDetails({ decision, history, checks, related }: DetailsFacts, view: CardView): ModalView {
  const policy = policyFor(decision, view)
  const text = neutralise(`${writeCard(decision)}\n\n${writeBody(decision.body)}`, policy)
  const more = [
    ...(checks.length > 0 ? [`*Checks*\n${checks.map((line) => `• ${escape(line)}`).join('\n')}`] : []),
    ...(related.length > 0 ? [`*Related*\n${related.map((line) => `• ${escape(line)}`).join('\n')}`] : []),
    `*History*\n${history.slice(-historyLines).map(describeLine).join('\n')}`,
  ]
  return {
    type: 'modal',
    callback_id: decisionForms.details,
    private_metadata: decision.id,
    title: { type: 'plain_text', text: nameDecision(decision) },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      ...classicSections(text).slice(0, bodyBlocks),
      ...more.map((part): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text: part.slice(0, 3000) } })),
      ...renderActs(decision, false),
    ],
  }
}

function describeLine({ at, kind, actorId, origin, detail }: AuditLine): string {
  const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  return `• ${day} ${person(actorId)} ${kind} (${origin})${describeDetail(detail)}`
}

function describeDetail(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return ''
  const text = 'reason' in detail ? detail.reason : 'text' in detail ? detail.text : undefined
  return typeof text === 'string' && text !== '' ? `: ${escape(text.slice(0, 200))}` : ''
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

import type { KnownBlock } from '@slack/web-api'
import type { DigestCounts } from '../../db/schema.ts'
import { describeBreak } from '../../decisions/checks/describe-break.ts'
import type {
  ActionItem,
  ClosedItem,
  DecidedItem,
  Digest,
  NamedDecision,
  Part,
  QuestionItem,
} from '../../decisions/digest/digest.ts'
import { formatDate } from './digest-sentences.ts'
import { oneLine } from './one-line.ts'
import type { Rendered } from './rendered.ts'

/** A section of Block Kit takes 3,000 characters. */
const sectionChars = 2900
const itemChars = 320
const dayMs = 86_400_000

/** A channel's week, what needs action first. */
export function renderDigest(digest: Digest): Rendered {
  const { from, to, zone, needsAction, decided, closed, questions } = digest
  const render = {
    action: (item: ActionItem) => renderAction(item, digest),
    decided: renderDecided,
    closed: renderClosed,
    question: renderQuestion,
  }
  const blocks = [
    section(`*Decisions, ${formatDate(from, zone)} to ${formatDate(to, zone)}*`),
    ...renderPart('Needs action', needsAction, render.action),
    ...renderPart('Decided', decided, render.decided),
    ...renderPart('Superseded or deprecated', closed, render.closed),
    ...renderPart('Open questions', questions, render.question),
    ...(digest.quiet ? [section('Nothing was decided, and nothing waits for anybody.')] : []),
    context(renderCounts(digest.counts, digest.before)),
  ]
  return { text: summarise(digest), blocks }
}

/** The digest in one line, for notifications. */
function summarise({ quiet, needsAction, decided, questions }: Digest): string {
  if (quiet) return 'Weekly digest of decisions: nothing new.'
  const parts = [
    needsAction.total > 0 ? `${needsAction.total} ${needsAction.total === 1 ? 'needs' : 'need'} action` : '',
    decided.total > 0 ? `${decided.total} decided` : '',
    questions.total > 0 ? `${questions.total} open ${questions.total === 1 ? 'question' : 'questions'}` : '',
  ].filter(Boolean)
  return `Weekly digest of decisions${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`
}

function renderPart<T>(title: string, { items, total }: Part<T>, render: (item: T) => string): KnownBlock[] {
  if (items.length === 0) return []
  const more = total > items.length ? [`and ${total - items.length} more`] : []
  const lines = [`*${title}*`, ...items.map((item) => `• ${render(item)}`), ...more]
  const texts: string[] = []
  for (const line of lines) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + line.length < sectionChars) texts[texts.length - 1] = `${last}\n${line}`
    else texts.push(line)
  }
  return texts.map(section)
}

function renderAction(item: ActionItem, { to, zone }: Digest): string {
  switch (item.kind) {
    case 'drift': {
      const { drift, decision } = item
      const where = drift.repository === '' ? '' : ` in ${oneLine(drift.repository, 100)}`
      return `${nameOf(decision)}${where} is ${oneLine(describeBreak(drift), 200)}: ${oneLine(decision.title, 120)}`
    }
    case 'unchecked': {
      const { decision, repository, reason } = item
      return `${nameOf(decision)} cannot be checked in ${oneLine(repository, 100)}, ${oneLine(reason, 160)}: ${oneLine(decision.title, 120)}`
    }
    case 'review': {
      const { decision, dueAt, owners } = item
      const day = formatDate(dueAt, zone)
      const days = Math.floor((to - dueAt) / dayMs)
      const when =
        dueAt < to
          ? `was due for review on ${day}${days > 0 ? ` (${count(days, 'day')} ago)` : ''}`
          : `is due for review on ${day}`
      return `${nameOf(decision)} ${when}: ${oneLine(decision.title, 120)} (${people(owners)})`
    }
    case 'proposed': {
      const { decision, days, owners } = item
      return `${nameOf(decision)} has been waiting for ${count(days, 'day')}: ${oneLine(decision.title, 120)} (${people(owners)})`
    }
    case 'exception': {
      const { title, place, repository, ownerId, until } = item.exception
      const where = `${oneLine(place, 120)} in ${oneLine(repository, 100)}`
      return `The exception for "${oneLine(title, 120)}" at ${where} ended on ${formatDate(until, zone)} (${people([ownerId])})`
    }
  }
}

function renderDecided({ decision, outcome }: DecidedItem): string {
  return `${nameOf(decision)} ${outcome}: ${oneLine(decision.says, itemChars)}`
}

function renderClosed({ decision, outcome, by }: ClosedItem): string {
  return `${nameOf(decision)} ${outcome}${by ? ` by ${nameOf(by)}` : ''}: ${oneLine(decision.title, 160)}`
}

function renderQuestion({ text, link }: QuestionItem): string {
  return `${oneLine(text, itemChars)}${isAddress(link) ? ` (<${link}|thread>)` : ''}`
}

function renderCounts(counts: DigestCounts, before: DigestCounts | undefined): string {
  const one = (words: string, key: keyof DigestCounts) =>
    `${counts[key]} ${words}${before && before[key] !== counts[key] ? ` (${before[key]} last time)` : ''}`
  return [
    one('decided', 'decided'),
    one('superseded or deprecated', 'closed'),
    one('waiting', 'waiting'),
    one('broken in the code', 'drift'),
    one(counts.questions === 1 ? 'open question' : 'open questions', 'questions'),
  ].join('  ·  ')
}

function nameOf({ name, link }: NamedDecision): string {
  return isAddress(link) ? `<${link}|${oneLine(name, 40)}>` : `*${oneLine(name, 40)}*`
}

function isAddress(link: string | undefined): boolean {
  return /^https:\/\/[^\s<>|]+$/.test(link ?? '')
}

/** Those who are known in Slack are called, others are named. */
function people(owners: readonly string[]): string {
  return owners.map((owner) => (/^[UW][A-Z0-9]+$/.test(owner) ? `<@${owner}>` : oneLine(owner, 60))).join(', ')
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}

/** Nothing in it becomes a link by itself. */
function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

function context(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] }
}

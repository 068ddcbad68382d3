import type { KnownBlock } from '@slack/web-api'
import {
  describeChoice,
  describeImport,
  describeWhere,
  type ImportGroup,
} from '../../../decisions/exchange/describe.ts'
import type { ImportPlan, Side } from '../../../decisions/exchange/plan-import.ts'
import { escapeMrkdwn } from '../../delivery/mrkdwn-text.ts'
import { oneLine } from '../one-line.ts'
import type { Reply } from '../reply.ts'
import { exchangeActs } from './acts.ts'

/** Slack takes 50 blocks. */
const choicesAtMost = 12
const linesAtMost = 15
const lineChars = 150
const choiceChars = 500
/** Slack takes 3,000, and the title has its share. */
const sectionChars = 2800

/** What a repository's decision files are, with buttons for what can be done about them; for one person's eyes. */
export function renderImport(plan: ImportPlan): Reply {
  const { fresh, changed, choices } = plan
  const groups = describeImport(plan)
  const title = describeWhere(plan, groups.length === 0 && choices.length === 0)
  const rest = choices.length - choicesAtMost
  const waiting = fresh.length + changed.length
  return {
    text: title,
    blocks: [
      section(`*${escapeMrkdwn(title)}*`),
      ...groups.map(renderGroup),
      ...choices.slice(0, choicesAtMost).flatMap((choice) => renderChoice(plan, choice)),
      ...(rest > 0 ? [section(`${rest} more differ. Settle these first, then look again.`)] : []),
      ...(waiting > 0 ? [renderButtons([button(`Import ${waiting}`, exchangeActs.import, seenIn(plan))])] : []),
    ],
  }
}

const labels: Record<Side, string> = { theirs: "Take the repository's", ours: 'Keep ours' }

function renderChoice(plan: ImportPlan, choice: ImportPlan['choices'][number]): KnownBlock[] {
  const value = `${seenIn(plan)} ${choice.path}`
  const buttons = choice.sides.map((side) => button(labels[side], exchangeActs[side], value))
  return [section(oneLine(describeChoice(choice), choiceChars)), renderButtons(buttons)]
}

function renderGroup({ title, lines }: ImportGroup): KnownBlock {
  const shown = fit(lines.slice(0, linesAtMost).map((line) => `• ${oneLine(line, lineChars)}`))
  const more = lines.length > shown.length ? [`and ${lines.length - shown.length} more`] : []
  return section([`*${title}* (${lines.length})`, ...shown, ...more].join('\n'))
}

/** As many of the first lines as a section holds. */
function fit(lines: readonly string[]): string[] {
  let chars = 0
  const end = lines.findIndex((line) => (chars += line.length + 1) > sectionChars)
  return lines.slice(0, end < 0 ? lines.length : end)
}

/** The commit that a button acts on: what was shown is what is done. */
function seenIn({ repository, sha }: ImportPlan): string {
  return `${repository} ${sha}`
}

/** Reads what a button of a preview is about; undefined for anything else. */
export function readSeenFile(value: string): { repository: string; sha: string; path: string } | undefined {
  const [, repository, sha, path = ''] = /^([\w.-]+\/[\w.-]+) ([0-9a-f]{40})(?: (.+))?$/.exec(value) ?? []
  return repository && sha ? { repository, sha, path } : undefined
}

/** Sentences that name paths and titles, as Slack takes them. */
export function renderLines(lines: readonly string[]): string {
  return escapeMrkdwn(lines.join('\n'))
}

const section = (text: string): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })
const renderButtons = (elements: ReturnType<typeof button>[]): KnownBlock => ({ type: 'actions', elements })

function button(label: string, actionId: string, value: string) {
  return { type: 'button' as const, text: { type: 'plain_text' as const, text: label }, action_id: actionId, value }
}

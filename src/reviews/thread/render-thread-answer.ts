import type { TurnPart } from '../../db/schema.ts'
import { describeComparison } from '../describe-comparison.ts'
import { type DecisionWriter, describeDecision } from '../describe-decisions.ts'
import { describeEnding } from '../describe-ending.ts'
import { describeLedger } from '../describe-ledger.ts'
import { pickWorst } from '../pick-worst.ts'
import { fence, inlineCode } from '../report/fence.ts'
import type { ReviewedDecision, ReviewFinding, ReviewReport } from '../review.ts'
import { labelOf } from '../shown-areas.ts'

/** A report as people meet it in a thread: the verdict and the worst findings first, each finding then by itself with what can be done about it. */
export function renderThreadAnswer(report: ReviewReport, reviewId: string): { answer: string; parts: TurnPart[] } {
  const worst = pickWorst(report.findings)
  return {
    answer: [
      renderHead(report),
      report.verdict,
      describeLedger(report.ledger),
      ...(report.comparison ? [`${describeComparison(report.comparison, report.atMs)}.`] : []),
      report.notices.join(' '),
      describeEnding(report) ?? '',
      report.ending.kind === 'failed' ? 'Continue goes on from there, and asks nothing twice.' : '',
      ...renderAsides(report),
      renderDecisions(report.decisions),
      renderList(worst, report.findings.length),
    ]
      .filter((block) => block !== '')
      .join('\n\n'),
    parts: worst.map((finding, index) => renderFinding(finding, index + 1, reviewId)),
  }
}

const depthNames = { facts: 'by rules', standard: 'standard depth', deep: 'deep' } as const

function renderHead({ target, depth }: ReviewReport): string {
  const commit = target.pin ? ` at \`${target.pin.sha.slice(0, 7)}\`` : ''
  const name = target.url ? `[${inlineCode(target.label)}](${target.url})` : inlineCode(target.label)
  return `**Review of ${name}**${commit}, ${depthNames[depth]}`
}

/** What was held back, so that nobody has to wonder. */
function renderAsides({ dropped, excepted }: ReviewReport): string[] {
  const claims = Object.entries(dropped).filter(([, count]) => count > 0)
  const total = claims.reduce((sum, [, count]) => sum + count, 0)
  const wrong = excepted.filter(({ kind }) => kind === 'wrong').length
  const parts = [
    excepted.length - wrong > 0 && `${excepted.length - wrong} that the team does not fix`,
    wrong > 0 && `${wrong} that the team called wrong`,
  ].filter((part) => part !== false)
  return [
    ...(total > 0
      ? [
          `Left out because they did not hold when checked: ${claims.map(([why, count]) => `${count} ${why}`).join(', ')}.`,
        ]
      : []),
    ...(parts.length > 0 ? [`Not shown again: ${parts.join(', ')}; the report lists them.`] : []),
  ]
}

function renderList(worst: readonly ReviewFinding[], total: number): string {
  if (worst.length === 0) return total > 0 ? `${total} lesser remarks are in the report.` : ''
  const lines = worst.map(
    ({ severity, title, place }, index) => `${index + 1}. **${severity}** ${title}, ${link(place)}`,
  )
  const more = total > worst.length ? `\n\n${total - worst.length} more are in the report.` : ''
  return `${lines.join('\n')}${more}`
}

/** Broken ones and those that could not be checked; of the others how many there are. */
function renderDecisions(decisions: readonly ReviewedDecision[]): string {
  const open = decisions.filter(({ state }) => state !== 'holds')
  const holding = decisions.filter(({ state }) => state === 'holds')
  const more = open.length > shownDecisions ? [`${open.length - shownDecisions} more are in the report.`] : []
  const lines = [...open.slice(0, shownDecisions).map((decision) => describeDecision(decision, writer)), ...more]
  const [only] = holding
  if (only && holding.length === 1) lines.push(`${writer.link(only.name, only.url)} holds`)
  else if (only) lines.push(`${holding.length} ${open.length > 0 ? 'other ' : ''}decisions hold`)
  return lines.length === 0 ? '' : ['**Decisions**', ...lines.map((line) => `- ${line}`)].join('\n')
}

const shownDecisions = 10

const writer: DecisionWriter = {
  link: (text, url) => (url ? `[${text}](${url})` : inlineCode(text)),
  words: (text) => text.replaceAll(/[<>&*_~`[\]|]|\s+/g, ' ').trim(),
  exact: inlineCode,
}

function renderFinding(finding: ReviewFinding, number: number, reviewId: string): TurnPart {
  const { title, severity, area, confidence, place, also, message, why, fix, labels, origin } = finding
  const more = also.length > 0 ? ` and ${also.length} more ${also.length === 1 ? 'place' : 'places'}` : ''
  const since = origin === 'touched' ? ', there before this change' : ''
  const value = `${reviewId}/${finding.fingerprint}`
  return {
    markdown: [
      `**${number}. ${title}**`,
      `${severity}, ${labelOf(area).toLowerCase()}, confidence ${confidence}${since}: ${link(place)}${more}`,
      [message, why].filter(Boolean).join(' '),
      `Instead: ${fix.say}${renderTakes(fix)}${fix.isExample && fix.code ? ' For example:' : ''}`,
      ...(fix.code ? [fence(fix.code, fix.language)] : []),
      ...(labels.length > 0 ? [`_${labels.join(' ')}_`] : []),
    ].join('\n\n'),
    choices: [
      { label: "Won't fix", act: 'wont-fix', value },
      { label: 'Wrong', act: 'wrong', value },
      { label: 'Record as decision', act: 'record-decision', value },
    ],
  }
}

function renderTakes({ needs, effort }: ReviewFinding['fix']): string {
  const takes = [...needs, ...(effort ? [`${effort} of work`] : [])]
  return takes.length > 0 ? ` Takes: ${takes.join(', ')}.` : ''
}

function link({ path, line, url }: ReviewFinding['place']): string {
  const name = inlineCode(`${path}:${line}`)
  return url ? `[${name}](${url})` : name
}

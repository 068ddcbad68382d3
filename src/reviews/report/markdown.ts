import { describeComparison, formatDay } from '../describe-comparison.ts'
import { type DecisionWriter, describeDecision, namePlace } from '../describe-decisions.ts'
import { describeEnding } from '../describe-ending.ts'
import { describeLedger } from '../describe-ledger.ts'
import { languageAt } from '../language-at.ts'
import { countBySeverity } from '../report-verdict.ts'
import type {
  ExceptedFinding,
  OtherPlace,
  Place,
  ReviewedCheck,
  ReviewedDecision,
  ReviewFinding,
  ReviewReport,
} from '../review.ts'
import { labelOf, shownAreas, statusOf } from '../shown-areas.ts'
import { fence, inlineCode } from './fence.ts'
import { isoDay } from '../../lib/iso-day.ts'

const shownPlaces = 30
const answers = { 'wont-fix': 'not to be fixed', wrong: 'called wrong', 'in-code': 'ignored' }

/** A whole review as Markdown: verdict, ledger, findings by area with code and repair, what was answered for, and what was not looked at. */
export function toReviewMarkdown(report: ReviewReport): string {
  const sections = [
    renderHead(report),
    ...renderAreas(report.findings),
    renderDecisions(report.decisions),
    renderExcepted(report),
    renderLedger(report),
    renderLimits(report),
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

/** The area of the worst finding first. */
function renderAreas(findings: readonly ReviewFinding[]): string[] {
  const byArea = Map.groupBy(findings, ({ area }) => labelOf(area))
  return [...byArea].flatMap(([label, own]) => [`## ${label}`, ...own.map(renderFinding)])
}

function renderHead(report: ReviewReport): string {
  const { target, project, verdict, findings, comparison, atMs } = report
  const commit = target.pin ? ` at ${inlineCode(target.pin.sha.slice(0, 7))}` : ''
  const change = target.change?.title ? ` (${inlineCode(target.change.title)})` : ''
  const label = target.url ? `[${inlineCode(target.label)}](${target.url})` : inlineCode(target.label)
  const depth = report.modelName ? `${report.depth}, with ${report.modelName}` : 'facts, by rules alone'
  const day = isoDay(atMs)
  const lines = [
    '# Architecture review',
    `${label}${commit}${change}, ${day}, ${depth}.${project ? ` ${project}.` : ''}`,
    `**${verdict}**`,
    `${describeLedger(report.ledger)}${report.modelName ? ` ${capitalise(countBySeverity(findings))}.` : ''}`,
    comparison && `Against the review before: ${describeComparison(comparison, atMs)}.`,
    describeEnding(report),
  ]
  return lines.filter(Boolean).join('\n\n')
}

function renderFinding(finding: ReviewFinding): string {
  const { title, severity, confidence, rule, cwe, origin, message, why, quote, fix, sources, labels } = finding
  const facts = [severity, `${confidence} confidence`, inlineCode(rule), cwe, origin && describeOrigin(origin)]
  const parts = [
    `### ${title}`,
    facts.filter(Boolean).join(' · '),
    `${link(finding.place)}: ${message}`,
    // A finding about a whole file quotes its first line, which may say nothing.
    /\w/.test(quote) && fence(quote, languageAt(finding.place.path)),
    `Why it hurts: ${why}`,
    renderOthers(finding),
    `Instead: ${fix.say}${fix.isExample && fix.code ? ' For example:' : ''}`,
    fix.code && fence(fix.code, fix.language),
    renderNeeds(fix),
    ...labels.map((label) => `_${label}_`),
    sources.length > 0 && `Sources: ${sources.map((source) => `<${source}>`).join(', ')}`,
  ]
  return parts.filter(Boolean).join('\n\n')
}

function describeOrigin(origin: 'new' | 'touched'): string {
  return origin === 'new' ? 'brought by this change' : 'there before'
}

function renderOthers({ also }: ReviewFinding): string {
  if (also.length === 0) return ''
  const shown = also
    .slice(0, shownPlaces)
    .map((other: OtherPlace) => `- ${link(other)}${other.message ? `: ${other.message}` : ''}`)
  const more = also.length > shownPlaces ? [`- and ${also.length - shownPlaces} more places`] : []
  return ['Also at', '', ...shown, ...more].join('\n')
}

function renderNeeds({ needs, effort }: ReviewFinding['fix']): string {
  const parts = [needs.length > 0 && `takes ${needs.join(', ')}`, effort && `effort: ${effort}`].filter(Boolean)
  return parts.length > 0 ? `${capitalise(parts.join('; '))}.` : ''
}

function link({ path, line, endLine, url }: Place): string {
  const name = inlineCode(`${path}:${line}${endLine > line ? `-${endLine}` : ''}`)
  return url ? `[${name}](${url})` : name
}

/** Every decision, and below it what each of its checks came to. */
export function renderDecisions(decisions: readonly ReviewedDecision[]): string {
  if (decisions.length === 0) return ''
  const blocks = decisions.map((decision) => {
    const details = decision.checks.flatMap(renderCheck)
    return [`- ${describeDecision(decision, writer)}`, ...details.map((line) => `  ${line}`)].join('\n')
  })
  return ['## Decisions', '', ...blocks].join('\n')
}

const writer: DecisionWriter = {
  link: (text, url) => (url ? `[${inlineCode(text)}](${url})` : inlineCode(text)),
  words: inlineCode,
  exact: inlineCode,
}

function renderCheck({ assertion, outcome, reason, places, total }: ReviewedCheck): string[] {
  if (outcome === 'holds') return []
  const shown = places.slice(0, shownPlaces)
  const lines = shown.map((place) => `  - ${writer.link(namePlace(place), place.url)}: ${inlineCode(place.says)}`)
  const more = total > shown.length ? [`  - and ${total - shown.length} more places`] : []
  const why = outcome === 'unknown' ? `cannot be checked, ${inlineCode(reason ?? '')}` : 'is broken'
  return [`- ${inlineCode(assertion)} ${why}`, ...lines, ...more]
}

function renderExcepted({ excepted, atMs }: ReviewReport): string {
  if (excepted.length === 0) return ''
  const line = ({ finding, kind, reason, ownerId, until }: ExceptedFinding) => {
    const date = until === undefined ? 'as long as the code stays as it is' : `until ${formatDay(until, atMs)}`
    const who = ownerId === undefined ? 'ignored by a remark in the code' : `${answers[kind]} by ${inlineCode(ownerId)}`
    return `- ${link(finding.place)} ${finding.title} (${inlineCode(finding.rule)}): ${who}, ${date}. ${inlineCode(reason)}`
  }
  return ['## Answered for', '', ...excepted.map(line)].join('\n')
}

function renderLedger({ ledger, clean }: ReviewReport): string {
  const areas = shownAreas.map((area) => {
    const { status, reason } = statusOf(area, ledger)
    const checked = clean.filter((each) => area.areas.includes(each.area)).map((each) => each.checked)
    const notes = [reason, ...checked].filter(Boolean).join('; ')
    return `- ${area.label}: ${status.replace('-', ' ')}${notes ? ` (${notes})` : ''}`
  })
  const reasons = Object.entries(ledger.reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => {
      const examples = (ledger.examples[reason] ?? []).map(inlineCode)
      const more = count > examples.length ? ', …' : ''
      return `- ${reason}: ${count} ${count === 1 ? 'file' : 'files'} (${examples.join(', ')}${more})`
    })
  const { files, read, inPart, listed, excluded } = ledger
  const sums = `${files} files: ${read} read whole, ${inPart} in part, ${listed} only listed, ${excluded} left out.`
  return [
    '## What was looked at',
    '',
    sums,
    '',
    ...areas,
    ...(reasons.length > 0 ? ['', 'Not read whole:', '', ...reasons] : []),
  ].join('\n')
}

function renderLimits({ notices, dropped }: ReviewReport): string {
  const total = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  const kinds = Object.entries(dropped).filter(([, count]) => count > 0)
  const list = kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')
  const claims =
    total > 0
      ? [
          `- ${total} ${total === 1 ? 'claim' : 'claims'} of the model did not hold and ${total === 1 ? 'is' : 'are'} not shown (${list}).`,
        ]
      : []
  const lines = [...notices.map((notice) => `- ${notice}`), ...claims]
  return lines.length > 0 ? ['## Limits', '', ...lines].join('\n') : ''
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import { describeComparison } from '../describe-comparison.ts'
import { asItIs, describeDecision } from '../describe-decisions.ts'
import { describeEnding } from '../describe-ending.ts'
import { describeLedger } from '../describe-ledger.ts'
import type { ReviewFinding, ReviewReport } from '../review.ts'

const shownPlaces = 10

/** A review for a terminal: findings worst first, each with its places and what to do instead, then the sums. */
export function toReviewText(report: ReviewReport): string {
  const { target, project, findings, excepted, ledger, notices, comparison, decisions, atMs } = report
  const commit = target.pin ? ` at ${target.pin.sha.slice(0, 7)}` : ''
  const end = [
    report.verdict,
    describeLedger(ledger),
    comparison && describeComparison(comparison, atMs),
    excepted.length > 0 && `${excepted.length} answered for and not shown.`,
    describeEnding(report),
    ...notices,
  ]
  const blocks = [
    `${target.label}${commit}${project ? `: ${project}` : ''}`,
    ...findings.map(renderFinding),
    decisions.map((decision) => describeDecision(decision, asItIs)).join('\n'),
    end.filter(Boolean).join('\n'),
  ]
  return `${blocks.filter(Boolean).map(plain).join('\n\n')}\n`
}

function renderFinding({ severity, title, rule, message, place, also, fix, origin, labels }: ReviewFinding): string {
  const shown = also
    .slice(0, shownPlaces)
    .map(({ path, line, message: other }) => `  ${path}:${line}${other ? ` ${other}` : ''}`)
  return [
    `${severity} ${title} [${rule}]${origin === 'touched' ? ' (there before)' : ''}`,
    `  ${place.path}:${place.line} ${message}`,
    ...shown,
    ...(also.length > shownPlaces ? [`  and ${also.length - shownPlaces} more places`] : []),
    `  Instead: ${fix.say}`,
    ...(fix.code === undefined || fix.isExample ? [] : fix.code.split('\n').map((row) => `    ${row}`.trimEnd())),
    ...labels.map((label) => `  ${label}`),
  ].join('\n')
}

/** Code on GitHub is anybody's: nothing of it may steer a terminal. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
}

import { asItIs, describeDecision } from '../describe-decisions.ts'
import { describeLedger } from '../describe-ledger.ts'
import type { ReviewReport } from '../review.ts'

/** More findings than these would crowd out the question. */
const findingsTold = 40

/** A report as background for questions about it, with the numbers that the thread shows. */
export function renderRecall({ target, verdict, ledger, findings, decisions, notices }: ReviewReport): string {
  const lines = findings.slice(0, findingsTold).map(({ severity, title, place, message, fix }, index) => {
    return `${index + 1}. ${severity}: ${title} (${place.path}:${place.line}). ${message} Instead: ${fix.say}`
  })
  const more =
    findings.length > lines.length ? [`${findings.length - lines.length} more are in the attached report.`] : []
  const head = `Review of ${target.label}${target.pin ? ` at ${target.pin.sha}` : ''}: ${verdict}`
  const checked = decisions.map((decision) => describeDecision(decision, asItIs))
  return [head, describeLedger(ledger), ...notices, ...checked, ...lines, ...more].join('\n')
}

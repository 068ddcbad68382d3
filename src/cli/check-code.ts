import { checkFolder, type FolderReport } from '../decisions/checks/check-folder.ts'
import { analyse } from '../evidence/analyse.ts'
import { readCodeFacts } from '../evidence/report/code-facts.ts'
import { toSarif } from '../evidence/report/sarif.ts'
import { toBaseRead, toCodeRead } from '../reviews/check-decisions.ts'
import { type DecisionLinks, linkDecisions } from '../reviews/link-decisions.ts'
import type { ReviewCode } from '../reviews/read-review-code.ts'
import { toDecisionFindings } from '../reviews/report/decision-findings.ts'
import { renderDecisions } from '../reviews/report/markdown.ts'
import type { Format } from '../reviews/report/render.ts'
import type { ReviewedDecision } from '../reviews/review.ts'

/** Checks code, and of a change what it was before, against the decisions in its own Markdown files; gives what to print. */
export function checkCode(
  code: ReviewCode,
  format: Format,
  links: DecisionLinks,
): { output: string; exitCode: 0 | 1 | 2 } {
  const folder = code.target.path === '' ? {} : { folder: code.target.path }
  const head = { ...toCodeRead(code, readCodeFacts(analyse(code.texts))), ...folder }
  const base = code.base && { ...toBaseRead(code, readCodeFacts(analyse(code.base))), ...folder }
  const report = checkFolder(head, base)
  const checked = report.decisions.map(({ path, ...decision }) => ({
    ...decision,
    url: links.permalink?.(path, 1, 1)?.replace(/#L1$/, ''),
  }))
  return { output: render(report, linkDecisions(checked, links), format), exitCode: report.exitCode }
}

function render(report: FolderReport, decisions: readonly ReviewedDecision[], format: Format): string {
  const { lines, problems, exitCode } = report
  switch (format) {
    case 'text':
      return `${lines.join('\n')}\n`
    case 'markdown':
      return renderMarkdown(report, decisions)
    case 'json':
      return `${JSON.stringify({ decisions, problems, exitCode }, null, 2)}\n`
    case 'sarif':
      return `${JSON.stringify(toLog(report, decisions), null, 2)}\n`
  }
}

function renderMarkdown({ lines, problems, decisions: found }: FolderReport, decisions: readonly ReviewedDecision[]) {
  const unread = problems.map(({ path, says }) => `- ${path}: ${says}`)
  const parts = [renderDecisions(decisions), ...(unread.length > 0 ? ['## Not read', unread.join('\n')] : [])]
  return `${(found.length + problems.length > 0 ? parts.filter(Boolean) : lines).join('\n\n')}\n`
}

/** What could not be checked is told beside the results, so that a clean log does not pass for a clean repository. */
function toLog({ problems, decisions: found }: FolderReport, decisions: readonly ReviewedDecision[]): object {
  const unknown = found.flatMap(({ path, checks }) =>
    checks.flatMap(({ outcome, reason, assertion }) =>
      outcome === 'unknown' ? [{ path, reason: `"${assertion}" cannot be checked: ${reason}` }] : [],
    ),
  )
  const unread = problems.map(({ path, says }) => ({ path, reason: says.replace(/\.$/, '') }))
  return toSarif({
    findings: decisions.flatMap(toDecisionFindings),
    coverage: { notAnalysed: [...unread, ...unknown], partly: [] },
  })
}

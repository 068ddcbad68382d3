import { createHash } from 'node:crypto'
import type { SarifFinding } from '../../evidence/report/sarif.ts'
import type { ReviewedDecision } from '../review.ts'

/** One result for each place that breaks a decision, under the decision's own rule. */
export function toDecisionFindings({ name, title, url, checks }: ReviewedDecision): SarifFinding[] {
  const rule = `decision/${name}`
  return checks.flatMap(({ outcome, places, assertion, before }) =>
    outcome === 'broken'
      ? places.map(({ path, line = 1, quote, says }) => ({
          rule,
          area: 'organisation' as const,
          severity: 'high' as const,
          confidence: 'high' as const,
          path,
          line,
          endLine: line,
          quote,
          title: `${name}: ${title}`,
          message: `${says}, against "${assertion}"`,
          why: `The team decided: ${title}`,
          fix: { say: 'Change the code, or replace the decision by another one.' },
          sources: url === undefined ? [] : [url],
          steps: [],
          also: [],
          fingerprint: fingerprint([rule, assertion, path, quote]),
          ...(before === undefined ? {} : { baseline: before ? ('unchanged' as const) : ('new' as const) }),
        }))
      : [],
  )
}

/** The same wherever the line moves to. */
function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

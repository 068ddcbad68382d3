import type { Gathered } from './gather-evidence.ts'
import { linkDecisions } from './link-decisions.ts'
import type { CodeRead } from './decision-port.ts'
import type { ReviewPorts } from './ports.ts'
import type { ReviewCode } from './read-review-code.ts'
import type { ReviewedDecision } from './review.ts'

const failed = 'The decisions that govern this code could not be checked this time.'

/** Checks the decisions that govern the code, once its facts are known; what fails is said and ends nothing. */
export async function checkDecisions(
  code: ReviewCode,
  { facts, baseFacts }: Gathered,
  { checkDecisions: check, permalink, repositoryUrl }: ReviewPorts,
): Promise<{ decisions: readonly ReviewedDecision[]; notices: readonly string[] }> {
  if (!check || !facts) return { decisions: [], notices: [] }
  const head = toCodeRead(code, facts)
  const base = baseFacts && toBaseRead(code, baseFacts)
  const checked = await check(head, base)
  if (!checked) return { decisions: [], notices: [failed] }
  return { decisions: linkDecisions(checked, { repositoryUrl, permalink }), notices: [] }
}

/** The code of a review as decisions are checked against it; a file that was not read counts as there, not as empty. */
export function toCodeRead({ texts, all }: Pick<ReviewCode, 'texts' | 'all'>, facts: CodeRead['facts']): CodeRead {
  const unread = new Set(all?.filter((file) => file.unread !== undefined).map(({ path }) => path))
  const read = new Map([...texts].filter(([path]) => !unread.has(path)))
  return { texts: read, facts, ...(all && { paths: new Set(all.map(({ path }) => path)) }) }
}

/** Before the change; where it touches what has no text, nobody can say which paths were there. */
export function toBaseRead({ texts, base, all, target }: ReviewCode, facts: CodeRead['facts']): CodeRead {
  const before = base ?? new Map<string, string>()
  const changed = new Set(target.change?.files)
  const isClear = [...changed].every((path) => texts.has(path) || before.has(path))
  const untouched = all?.filter(({ path }) => !changed.has(path)).map(({ path }) => path)
  const { texts: read } = toCodeRead({ texts: before, all }, facts)
  return { texts: read, facts, ...(isClear && untouched && { paths: new Set([...untouched, ...before.keys()]) }) }
}

import { type DecisionResult, stateOf } from './check-decisions.ts'
import { describeBreak } from './describe-break.ts'

/** One line about a decision: "ADR-12 holds", "ADR-12 is broken at src/x.ts:10". */
export function describeResult(result: DecisionResult): string {
  const name = nameOf(result)
  const state = stateOf(result)
  if (state === 'holds') return `${name} holds`
  const first = result.checks.find(({ outcome }) => outcome.outcome === state)
  if (!first || first.outcome.outcome === 'holds') return `${name} holds`
  if (first.outcome.outcome === 'unknown') return `${name} cannot be checked: ${first.outcome.reason}`
  return `${name} is ${describeBreak(first.outcome)}`
}

function nameOf({ number, title }: Pick<DecisionResult, 'number' | 'title'>): string {
  return number === undefined ? title : `ADR-${number}`
}

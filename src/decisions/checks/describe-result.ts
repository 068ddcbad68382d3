import type { CheckPlace, Introduction } from '../../db/schema.ts'
import { type DecisionResult, stateOf } from './check-decisions.ts'
import type { CheckRow } from './check-row.ts'

/** One line about a decision: "ADR-12 holds", "ADR-12 is broken since abc1234 at src/x.ts:10 (introduced by #482)". */
export function describeResult(result: DecisionResult, rows: readonly CheckRow[] = []): string {
  const name = nameOf(result)
  const state = stateOf(result)
  if (state === 'holds') return `${name} holds`
  const first = result.checks.find(({ outcome }) => outcome.outcome === state)
  if (!first || first.outcome.outcome === 'holds') return `${name} holds`
  if (first.outcome.outcome === 'unknown') return `${name} cannot be checked: ${first.outcome.reason}`
  const row = rows.find(({ assertion }) => assertion === first.assertion)
  return `${name} is ${describeBreak({ ...first.outcome, brokenSince: row?.brokenSince, introduced: row?.introduced })}`
}

/** "broken since abc1234 at src/x.ts:10 (introduced by #482)", as far as that is known. */
export function describeBreak(found: {
  places: readonly CheckPlace[]
  total: number
  brokenSince?: string | null | undefined
  introduced?: Introduction | null | undefined
}): string {
  const { places, total, brokenSince, introduced } = found
  const [place] = places
  const others = total > 1 ? ` and ${total - 1} more ${total === 2 ? 'place' : 'places'}` : ''
  return [
    'broken',
    brokenSince ? ` since ${shortSha(brokenSince)}` : '',
    place ? ` at ${describePlace(place)}${others}` : '',
    introduced ? ` (introduced by ${introduced.pull ? `#${introduced.pull}` : shortSha(introduced.sha)})` : '',
  ].join('')
}

export function describePlace({ path, line }: CheckPlace): string {
  return line === undefined ? path : `${path}:${line}`
}

function nameOf({ number, title }: Pick<DecisionResult, 'number' | 'title'>): string {
  return number === undefined ? title : `ADR-${number}`
}

function shortSha(sha: string): string {
  return sha.slice(0, 7)
}

import type { CheckedDecision, DecisionCheck } from './decision-port.ts'
import type { ReviewedCheck, ReviewedDecision } from './review.ts'

export interface DecisionLinks {
  /** The address of the repository; undefined for a folder on this machine. */
  repositoryUrl: string | undefined
  permalink: ((path: string, line: number, endLine: number) => string | undefined) | undefined
}

const order = { broken: 0, unknown: 1, holds: 2 } as const

/** Decisions as a report shows them: broken ones first, what a change brings before what was there, with addresses. */
export function linkDecisions(decisions: readonly CheckedDecision[], links: DecisionLinks): ReviewedDecision[] {
  return decisions
    .map(({ checks, ...decision }) => ({ ...decision, checks: checks.toSorted(byUrgency).map(toLinked(links)) }))
    .map((decision) => ({ ...decision, state: decision.checks[0]?.outcome ?? 'holds' }))
    .toSorted((a, b) => order[a.state] - order[b.state])
}

function byUrgency(a: DecisionCheck, b: DecisionCheck): number {
  return order[a.outcome] - order[b.outcome] || Number(b.before === false) - Number(a.before === false)
}

function toLinked({ repositoryUrl, permalink }: DecisionLinks): (check: DecisionCheck) => ReviewedCheck {
  const page = (path: string) => repositoryUrl && `${repositoryUrl}/${path}`
  const commit = (sha: string) => ({ name: sha.slice(0, 7), url: page(`commit/${sha}`) })
  return ({ since, introduced, places, ...check }) => ({
    ...check,
    since: since === undefined ? undefined : commit(since),
    introduced:
      introduced?.pull === undefined
        ? introduced && commit(introduced.sha)
        : { name: `#${introduced.pull}`, url: page(`pull/${introduced.pull}`) },
    places: places.map((place) => ({
      ...place,
      line: place.line,
      url: place.line === undefined ? undefined : permalink?.(place.path, place.line, place.line),
    })),
  })
}

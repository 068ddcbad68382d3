import type { Decision } from '../decision.ts'
import type { GoverningDecision } from './check-decisions.ts'

/** A decision as checks need it; one that names no repository is about those of the channel it was made in. */
export function toGoverning(decision: Decision, ofChannel: readonly string[]): GoverningDecision {
  const { id, number, status, body, checks } = decision
  const repositories = body.repository === undefined ? ofChannel : [body.repository]
  return {
    id,
    number,
    title: body.title,
    status,
    repositories: repositories.map((name) => name.toLowerCase()),
    paths: body.affects.paths,
    checks,
  }
}

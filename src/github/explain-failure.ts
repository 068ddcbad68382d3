import type { Failure } from './plan-retry.ts'
import type { ProblemFacts } from './problem.ts'
import type { Read } from './question.ts'

/** Says what a failed read means. Forbidden reads like not found, so that nobody learns what exists. */
export function explainFailure(failure: Failure, read: Read): ProblemFacts {
  if (failure.kind === 'timed-out') return { kind: 'timed-out' }
  if (failure.kind === 'broken') return { kind: 'unavailable' }
  const { repository, missing } = read
  switch (failure.status) {
    case 401:
      return { kind: 'unauthorised' }
    case 403:
    case 451:
      return repository ? { kind: 'not-found', ...repository } : missing
    case 404:
    case 410:
    case 422:
      return missing
    case 409:
      return repository ? { kind: 'empty-repository', ...repository } : missing
    default:
      return { kind: 'unavailable', status: failure.status }
  }
}

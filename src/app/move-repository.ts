import { moveLinks } from '../access/move-links.ts'
import type { MoveRepository } from '../access/repository-names.ts'
import { moveDecisions } from '../decisions/move-decisions.ts'
import { moveReviews } from '../reviews/move-reviews.ts'

/** Everything that goes by a repository's name follows it: links and settings, reviews, and decisions. */
export function moveEverything(now: () => number): MoveRepository {
  return async (tx, from, to) => {
    await moveLinks(tx, from, to)
    await moveReviews(tx, from, to)
    await moveDecisions(tx, from, to, now())
  }
}

import { and, eq, exists, gt, inArray, isNotNull, lt, notInArray, or } from 'drizzle-orm'
import { alias } from '../db/columns.ts'
import type { Database, Store } from '../db/open-store.ts'
import { reviews, turns } from '../db/schema.ts'
import { comparedStates } from './pick-past.ts'
import { rememberReview } from './remember-review.ts'
import { readReport } from './store.ts'

const keptDays = 90
const dayMs = 86_400_000

/**
 * Lets go of reviews that were asked for more than 90 days ago: reports, pictures and what the model said. Of a
 * channel's last review of a target stays what the next one is compared by; what somebody answered for stays too.
 */
export function forgetOldReviews(store: Store, now: number): Promise<void> {
  const before = now - keptDays * dayMs
  return store.write(async (tx) => {
    await tx.delete(reviews).where(and(lt(reviews.createdAt, before), or(isUnfinished, isFollowed(tx))))
    const old = and(lt(reviews.createdAt, before), isNotNull(reviews.report))
    for (const { id, report } of await tx.select({ id: reviews.id, report: reviews.report }).from(reviews).where(old))
      await tx
        .update(reviews)
        .set({ report: null, picture: null, parts: null, estimates: null, memory: rememberReview(readReport(report)) })
        .where(eq(reviews.id, id))
    // How a turn ended was kept for a restart in the middle of it; of a review that is every finding with its code.
    const ended = and(eq(turns.state, 'done'), lt(turns.finishedAt, before), isNotNull(turns.ending))
    await tx.update(turns).set({ ending: null }).where(ended)
  })
}

const isUnfinished = notInArray(reviews.state, [...comparedStates])

function isFollowed(tx: Database) {
  const later = alias(reviews, 'later')
  const isLater = and(
    eq(later.teamId, reviews.teamId),
    eq(later.channelId, reviews.channelId),
    eq(later.target, reviews.target),
    inArray(later.state, comparedStates),
    gt(later.finishedAt, reviews.finishedAt),
  )
  return exists(tx.select({ id: later.id }).from(later).where(isLater))
}

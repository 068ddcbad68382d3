/** How a review ends that later ones are compared with. */
export const comparedStates = ['complete', 'capped'] as const

export interface AskedReview {
  id: string
  sha: string | null
  state: string
  createdAt: number
  finishedAt: number | null
}

/**
 * Of all reviews of a target, the finished one that a review of a commit is compared with: the newest at that commit or
 * at one the target stood at before. What was asked about first came first: a branch moves on, and commits' dates lie.
 */
export function pickPast(reviews: readonly AskedReview[], sha: string | undefined): AskedReview | undefined {
  const firstSeen = new Map<string | null, number>()
  for (const each of reviews)
    firstSeen.set(each.sha, Math.min(each.createdAt, firstSeen.get(each.sha) ?? each.createdAt))
  const seenAt = ({ sha: other }: Pick<AskedReview, 'sha'>) => firstSeen.get(other) ?? 0
  const until = firstSeen.get(sha ?? null) ?? Infinity
  return reviews
    .filter((each) => comparedStates.some((state) => state === each.state) && seenAt(each) <= until)
    .toSorted((a, b) => seenAt(b) - seenAt(a) || (b.finishedAt ?? 0) - (a.finishedAt ?? 0))[0]
}

import * as z from 'zod'
import { and, desc, eq, isNotNull, or } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { channels, reviews } from '../db/schema.ts'
import type { Past } from './compare-reviews.ts'
import { pickPast } from './pick-past.ts'
import type { Depth, ReviewReport } from './review.ts'

export interface ReviewAudience {
  teamId: string
  channelId: string
  /** Shared with another company: nothing from other channels may be said there. */
  shared?: boolean
}

export type ReviewRow = typeof reviews.$inferSelect

export interface NewReview extends ReviewAudience {
  id: string
  threadTs: string
  requestedBy: string
  url: string
  depth: Depth
  state: 'quoted' | 'running'
  target: string
  sha: string | undefined
  /** The review this one goes on from. */
  continues?: string
  /** What was told of its price. */
  estimates?: unknown
}

/** Keeps that a review was asked for; asking again under the same id changes nothing. */
export function createReview(store: Store, review: NewReview, now: number): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .insert(reviews)
      .values({ ...review, createdAt: now })
      .onConflictDoNothing()
  })
}

/** The review of this id; undefined when there is none. */
export async function loadReview(store: Store, id: string): Promise<ReviewRow | undefined> {
  const [row] = await store.read.select().from(reviews).where(eq(reviews.id, id))
  return row
}

/** The newest review of a thread that has a report, for questions about it. */
export async function loadThreadReview(
  store: Store,
  { teamId, channelId, threadTs }: ReviewAudience & { threadTs: string },
): Promise<{ id: string; report: ReviewReport } | undefined> {
  const [row] = await store.read
    .select({ id: reviews.id, report: reviews.report })
    .from(reviews)
    .where(
      and(
        eq(reviews.teamId, teamId),
        eq(reviews.channelId, channelId),
        eq(reviews.threadTs, threadTs),
        isNotNull(reviews.report),
      ),
    )
    .orderBy(desc(reviews.createdAt))
    .limit(1)
  return row && { id: row.id, report: readReport(row.report) }
}

/** Keeps what the model said of a commit so far and was checked, so that a restart pays for nothing twice. */
export function saveParts(store: Store, id: string, sha: string | undefined, kept: unknown): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .update(reviews)
      .set({ parts: { sha: sha ?? '', kept } })
      .where(eq(reviews.id, id))
  })
}

/** What was kept of a review, if it was said of this commit. */
export function readParts({ parts }: Pick<ReviewRow, 'parts'>, sha: string | undefined): unknown {
  const stored = storedParts.safeParse(parts)
  return stored.success && stored.data.sha === (sha ?? '') ? stored.data.kept : undefined
}

const storedParts = z.object({ sha: z.string(), kept: z.unknown() })

/** Keeps the report of a review with what it shows and offers, and how it ended. */
export function finishReview(
  store: Store,
  id: string,
  {
    report,
    picture,
    estimates,
    isPrivate = true,
  }: { report: ReviewReport; picture?: string | undefined; estimates?: unknown; isPrivate?: boolean },
  now: number,
): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .update(reviews)
      .set({
        state: report.ending.kind,
        target: report.target.key,
        sha: report.target.pin?.sha ?? null,
        report,
        private: isPrivate,
        picture: picture ?? null,
        estimates: estimates ?? null,
        costUsd: report.costUsd ?? null,
        finishedAt: now,
      })
      .where(eq(reviews.id, id))
  })
}

/** Marks a review that gave no report. */
export function failReview(store: Store, id: string, now: number): Promise<void> {
  return store.write(async (tx) => {
    await tx.update(reviews).set({ state: 'failed', finishedAt: now }).where(eq(reviews.id, id))
  })
}

/**
 * The review of a target that one of a commit is compared with, of those that everybody in the channel may know of: made
 * in the same channel, or in a public one of the same workspace. What a private channel was told stays in it, and a
 * shared one knows its own alone.
 */
export async function findLastReview(
  store: Store,
  { teamId, channelId, shared }: ReviewAudience,
  { key, sha }: { key: string; sha: string | undefined },
): Promise<Past | undefined> {
  const { id, sha: at, state, createdAt, finishedAt } = reviews
  const known = await store.read
    .select({ id, sha: at, state, createdAt, finishedAt })
    .from(reviews)
    .leftJoin(channels, and(eq(channels.teamId, reviews.teamId), eq(channels.channelId, reviews.channelId)))
    .where(
      and(
        eq(reviews.teamId, teamId),
        eq(reviews.target, key),
        or(
          eq(reviews.channelId, channelId),
          shared ? undefined : and(eq(channels.kind, 'public'), eq(channels.shared, false)),
        ),
      ),
    )
  const past = pickPast(known, sha)
  const row = past && (await loadReview(store, past.id))
  if (!row) return undefined
  // Only forgetOldReviews writes what is left of a report.
  const left = row.report === null ? (row.memory as Omit<Past, 'sha'>) : readReport(row.report)
  return { ...left, sha: row.sha ?? '' }
}

/** A report as it was kept: only finishReview writes that column. */
export function readReport(report: unknown): ReviewReport {
  return report as ReviewReport
}

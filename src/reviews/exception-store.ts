import { randomUUID } from 'node:crypto'
import { and, count, desc, eq, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { channels, findingExceptions } from '../db/schema.ts'
import type { FindingException } from './exceptions.ts'
import { listMembers } from './members.ts'
import type { ReviewFinding } from './review.ts'
import type { ReviewAudience } from './store.ts'

/** What somebody answers for when they dismiss a finding. */
export interface Dismissal extends ReviewAudience {
  /** As `owner/name`. */
  repository: string
  finding: Pick<ReviewFinding, 'fingerprint' | 'rule' | 'title' | 'place' | 'also'>
  kind: 'wont-fix' | 'wrong'
  reason: string
  ownerId: string
  /** Epoch milliseconds at which it returns; undefined for as long as the code stays. */
  until: number | undefined
  createdBy: string
}

/** Excepts every place of a finding that is known now, in place of what was answered before; gives the new ids. */
export function addException(store: Store, dismissal: Dismissal, now: number): Promise<string[]> {
  const { finding, teamId, channelId, kind, reason, ownerId, until, createdBy } = dismissal
  const repository = dismissal.repository.toLowerCase()
  const { rule, title } = finding
  const answer = { teamId, channelId, repository, rule, title, kind, reason, ownerId, until, createdBy, createdAt: now }
  const rows = listMembers(finding).map(({ fingerprint, place }) => ({
    ...answer,
    id: randomUUID(),
    fingerprint,
    place: `${place.path}:${place.line}`,
  }))
  const fingerprints = rows.map(({ fingerprint }) => fingerprint)
  return store.write(async (tx) => {
    await tx
      .update(findingExceptions)
      .set({ endedAt: now })
      .where(
        and(
          eq(findingExceptions.teamId, teamId),
          eq(findingExceptions.channelId, channelId),
          eq(findingExceptions.repository, repository),
          inArray(findingExceptions.fingerprint, fingerprints),
          isNull(findingExceptions.endedAt),
        ),
      )
    await tx.insert(findingExceptions).values(rows)
    return rows.map(({ id }) => id)
  })
}

/** Takes exceptions of a workspace back; gives how many still applied. */
export function endExceptions(store: Store, teamId: string, ids: readonly string[], now: number): Promise<number> {
  return store.write(async (tx) => {
    const ended = await tx
      .update(findingExceptions)
      .set({ endedAt: now })
      .where(
        and(
          eq(findingExceptions.teamId, teamId),
          inArray(findingExceptions.id, [...ids]),
          isNull(findingExceptions.endedAt),
        ),
      )
      .returning({ id: findingExceptions.id })
    return ended.length
  })
}

/** Marks those whose date has come, and gives them. */
export function endExpiredExceptions(store: Store, now: number): Promise<FindingException[]> {
  return store.write(async (tx) => {
    const ended = await tx
      .update(findingExceptions)
      .set({ endedAt: now })
      .where(
        and(isNull(findingExceptions.endedAt), isNotNull(findingExceptions.until), lte(findingExceptions.until, now)),
      )
      .returning()
    return ended.map(toException)
  })
}

/** What was answered for in a repository as far as everybody in the channel may know of it: the channel's own word first, then the newest. */
export async function listExceptions(
  store: Store,
  { teamId, channelId, shared }: ReviewAudience,
  repository: string,
): Promise<FindingException[]> {
  const rows = await store.read
    .select({ exception: findingExceptions })
    .from(findingExceptions)
    .leftJoin(
      channels,
      and(eq(channels.teamId, findingExceptions.teamId), eq(channels.channelId, findingExceptions.channelId)),
    )
    .where(
      and(
        eq(findingExceptions.teamId, teamId),
        eq(findingExceptions.repository, repository.toLowerCase()),
        isNull(findingExceptions.endedAt),
        or(
          eq(findingExceptions.channelId, channelId),
          shared ? undefined : and(eq(channels.kind, 'public'), eq(channels.shared, false)),
        ),
      ),
    )
    .orderBy(desc(sql`${findingExceptions.channelId} = ${channelId}`), desc(findingExceptions.createdAt))
  return rows.map(({ exception }) => toException(exception))
}

/** How often people called each rule's findings wrong, most often first; of one workspace, or of all for the operator. */
export async function countWrongByRule(store: Store, teamId?: string): Promise<{ rule: string; wrong: number }[]> {
  const wrong = count(findingExceptions.id)
  return store.read
    .select({ rule: findingExceptions.rule, wrong })
    .from(findingExceptions)
    .where(
      and(eq(findingExceptions.kind, 'wrong'), teamId === undefined ? undefined : eq(findingExceptions.teamId, teamId)),
    )
    .groupBy(findingExceptions.rule)
    .orderBy(desc(wrong), findingExceptions.rule)
}

function toException(row: typeof findingExceptions.$inferSelect): FindingException {
  const { id, fingerprint, rule, title, place, kind, reason, ownerId, until } = row
  return { id, fingerprint, rule, title, place, kind, reason, ownerId, until: until ?? undefined }
}

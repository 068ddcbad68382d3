import { and, desc, eq } from 'drizzle-orm'
import { listLinkedRepositories } from '../../access/repository-links.ts'
import { audienceOf, hiddenRepository } from '../../access/visible-repository.ts'
import { threadRepositories } from '../../db/schema.ts'
import { resolveReview, type ReviewSubject } from '../resolve-review.ts'
import type { ThreadReviewDeps } from './thread-deps.ts'

export interface Place {
  teamId: string
  channelId: string
  /** Undefined outside of a thread. */
  threadTs?: string
}

/** What a wish is about: its link, else what the channel has settled, else what the thread has open, else the one repository that is linked to the channel. Undefined when nothing is. */
export async function findCode(
  { store }: Pick<ThreadReviewDeps, 'store'>,
  place: Place,
  link: string | undefined,
  settled: string | null,
): Promise<string | undefined> {
  if (link !== undefined) return link
  if (settled !== null) return settled
  return (await openInThread(store, place)) ?? onlyOne(await listLinkedRepositories(store, place))
}

function onlyOne(linked: readonly string[]): string | undefined {
  return linked.length === 1 ? linked[0] : undefined
}

async function openInThread(
  store: ThreadReviewDeps['store'],
  { teamId, channelId, threadTs }: Place,
): Promise<string | undefined> {
  if (threadTs === undefined) return undefined
  const [open] = await store.read
    .select()
    .from(threadRepositories)
    .where(
      and(
        eq(threadRepositories.teamId, teamId),
        eq(threadRepositories.channelId, channelId),
        eq(threadRepositories.threadTs, threadTs),
      ),
    )
    .orderBy(desc(threadRepositories.openedAt))
    .limit(1)
  return open?.repository
}

/** Pins what is to be reviewed, as far as everybody who reads the channel may see it; otherwise one sentence. */
export async function openSubject(
  { store, host, privateCode, isShared }: Pick<ThreadReviewDeps, 'store' | 'host' | 'privateCode' | 'isShared'>,
  place: Place,
  code: string,
  signal: AbortSignal,
): Promise<ReviewSubject | string> {
  const audience = audienceOf(() => listLinkedRepositories(store, place), !privateCode || (await isShared(place)))
  return resolveReview(host, code, audience, signal)
}

/** Why a review's channel may not hear any more of code that was private when it was read; undefined when it may. */
export async function refuseCode(
  { store, isShared }: Pick<ThreadReviewDeps, 'store' | 'isShared'>,
  place: Place,
  { owner, name }: { owner: string; name: string },
): Promise<string | undefined> {
  const fullName = `${owner}/${name}`
  const audience = audienceOf(() => listLinkedRepositories(store, place), await isShared(place))
  return (await audience.mayRead({ fullName, private: true })) ? undefined : hiddenRepository(fullName)
}

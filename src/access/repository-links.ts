import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import { isTargetIn } from './is-target-in.ts'
import { decisionChecks, decisions, repositoryLinks, reviews, threadRepositories, turns } from '../db/schema.ts'

export interface ChannelAddress {
  teamId: string
  channelId: string
}

/** The repositories an admin linked to a channel, as `owner/name` in lower case, sorted. */
export async function listLinkedRepositories(store: Store, channel: ChannelAddress): Promise<string[]> {
  const rows = await store.read
    .select({ repository: repositoryLinks.repository })
    .from(repositoryLinks)
    .where(isChannel(channel))
    .orderBy(asc(repositoryLinks.repository))
  return rows.map((row) => row.repository)
}

/** Whether a repository is linked to other channels of the workspace as well: then they may read what stands in it. */
export async function isLinkedElsewhere(
  store: Store,
  { teamId, channelId }: ChannelAddress,
  repository: string,
): Promise<boolean> {
  const [row] = await store.read
    .select({ channelId: repositoryLinks.channelId })
    .from(repositoryLinks)
    .where(
      and(
        eq(repositoryLinks.teamId, teamId),
        ne(repositoryLinks.channelId, channelId),
        eq(repositoryLinks.repository, repository.toLowerCase()),
      ),
    )
    .limit(1)
  return row !== undefined
}

/** Links a repository to a channel; linking it again changes nothing. */
export function linkRepository(
  store: Store,
  channel: ChannelAddress,
  repository: string,
  linkedBy: string,
  now: number,
): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .insert(repositoryLinks)
      .values({ ...channel, repository: repository.toLowerCase(), linkedBy, linkedAt: now })
      .onConflictDoNothing()
  })
}

/** Takes a link away, with what threads of the channel keep of the repository's code; false when there was no link. */
export function unlinkRepository(store: Store, channel: ChannelAddress, repository: string): Promise<boolean> {
  return store.write(async (tx) => {
    const gone = await tx
      .delete(repositoryLinks)
      .where(and(isChannel(channel), eq(repositoryLinks.repository, repository.toLowerCase())))
      .returning({ repository: repositoryLinks.repository })
    await tx
      .delete(threadRepositories)
      .where(
        and(
          eq(threadRepositories.teamId, channel.teamId),
          eq(threadRepositories.channelId, channel.channelId),
          sql`lower(${threadRepositories.repository}) = ${repository.toLowerCase()}`,
        ),
      )
    await tx
      .delete(reviews)
      .where(
        and(
          eq(reviews.teamId, channel.teamId),
          eq(reviews.channelId, channel.channelId),
          isTargetIn(repository.toLowerCase()),
        ),
      )
    await forgetChecks(tx, channel, repository.toLowerCase())
    await tx
      .update(turns)
      .set({ linkedText: null })
      .where(
        and(
          eq(turns.teamId, channel.teamId),
          eq(turns.channelId, channel.channelId),
          sql`instr(lower(${turns.linkedText}), ${repository.toLowerCase()}) > 0`,
        ),
      )
    return gone.length > 0
  })
}

/** What the channel's decisions came to in the repository quotes its code. */
async function forgetChecks(tx: Database, { teamId, channelId }: ChannelAddress, repository: string): Promise<void> {
  const own = tx
    .select({ id: decisions.id })
    .from(decisions)
    .where(and(eq(decisions.teamId, teamId), eq(decisions.channelId, channelId)))
  await tx
    .update(decisionChecks)
    .set({ outcome: 'unknown', sha: '', places: [], placeCount: 0, introduced: null, reason: 'no access' })
    .where(and(eq(decisionChecks.repository, repository), inArray(decisionChecks.decisionId, own)))
}

/** Whether code of a repository may be read in a channel: public code anywhere, private code only where it is linked, and never in a channel shared with another company. */
export function mayRead(
  repository: { fullName: string; private: boolean },
  channel: { linked: readonly string[]; shared: boolean },
): boolean {
  if (!repository.private) return true
  return !channel.shared && channel.linked.includes(repository.fullName.toLowerCase())
}

function isChannel({ teamId, channelId }: ChannelAddress) {
  return and(eq(repositoryLinks.teamId, teamId), eq(repositoryLinks.channelId, channelId))
}

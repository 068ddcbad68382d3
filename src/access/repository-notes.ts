import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import {
  channelSettings,
  decisions,
  findingExceptions,
  repositoryLinks,
  repositoryNotes,
  reviews,
  threadRepositories,
} from '../db/schema.ts'
import { isTargetIn } from './is-target-in.ts'
import type { ChannelAddress } from './repository-links.ts'

/** The channels that something is kept for which goes by this name. */
export async function listConcerned(tx: Database, repository: string): Promise<ChannelAddress[]> {
  const name = repository.toLowerCase()
  const found: ChannelAddress[] = []
  for (const table of [repositoryLinks, threadRepositories, channelSettings, decisions, findingExceptions])
    found.push(
      ...(await tx
        .selectDistinct({ teamId: table.teamId, channelId: table.channelId })
        .from(table)
        .where(eq(sql`lower(${table.repository})`, name))),
    )
  const { teamId, channelId } = reviews
  found.push(...(await tx.selectDistinct({ teamId, channelId }).from(reviews).where(isTargetIn(name))))
  return [...new Map(found.map((channel) => [`${channel.teamId} ${channel.channelId}`, channel])).values()]
}

/** Keeps that these channels are to hear of a name; one that is to hear of it already hears what it was called first. */
export async function noteName(
  tx: Database,
  channels: readonly ChannelAddress[],
  { repository, formerly }: { repository: string; formerly: string },
): Promise<void> {
  for (const channel of channels)
    await tx
      .insert(repositoryNotes)
      .values({ ...channel, repository: repository.toLowerCase(), formerly })
      .onConflictDoNothing()
}

/** What a channel is still to hear of repositories that it may see, a sentence each: asked again there is nothing left. */
export async function takeNameNotes(
  store: Store,
  { teamId, channelId }: ChannelAddress,
  fullNames: readonly string[],
): Promise<string[]> {
  const names = fullNames.map((name) => name.toLowerCase())
  const isMeant = and(
    eq(repositoryNotes.teamId, teamId),
    eq(repositoryNotes.channelId, channelId),
    inArray(repositoryNotes.repository, names),
  )
  if ((await store.read.select().from(repositoryNotes).where(isMeant)).length === 0) return []
  const taken = await store.write((tx) => tx.delete(repositoryNotes).where(isMeant).returning())
  return taken.map(({ repository, formerly }) =>
    formerly === repository
      ? `${repository} is another repository than the one I knew by that name, and nothing of that one is used here.`
      : `GitHub calls ${formerly} ${repository} now; what I knew of it came along.`,
  )
}

import { and, eq } from 'drizzle-orm'
import type { inbox, messages, threadFacts, threadRepositories, threads, turns } from '../db/schema.ts'
import type { ThreadAddress } from './inbound.ts'

/** The condition that a row belongs to a thread. */
export function inThread(
  table:
    | typeof threads
    | typeof turns
    | typeof messages
    | typeof inbox
    | typeof threadFacts
    | typeof threadRepositories,
  { teamId, channelId, threadTs }: ThreadAddress,
) {
  return and(eq(table.teamId, teamId), eq(table.channelId, channelId), eq(table.threadTs, threadTs))
}

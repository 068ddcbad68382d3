import { eq } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import * as schema from '../db/schema.ts'

const workspaceTables = [
  schema.inbox,
  schema.turns,
  schema.replies,
  schema.threads,
  schema.messages,
  schema.threadFacts,
  schema.threadRepositories,
  schema.repositoryLinks,
  schema.feedback,
  schema.channelSettings,
  schema.reviews,
  schema.findingExceptions,
  schema.decisions,
  schema.decisionNumbers,
  schema.decisionDeciders,
  schema.decisionSections,
  schema.decisionEvents,
  schema.decisionReminders,
  schema.decisionCards,
  schema.decisionSuggestions,
  schema.decisionFiles,
  schema.decisionChecks,
  schema.digestSettings,
  schema.digests,
  schema.channels,
  schema.people,
  schema.installations,
]

/** Erases everything kept of a workspace; harmless when there is nothing. */
export function forgetWorkspace(store: Store, teamId: string): Promise<void> {
  return store.write(async (tx) => {
    for (const table of workspaceTables) await tx.delete(table).where(eq(table.teamId, teamId))
  })
}

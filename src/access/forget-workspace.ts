import { and, eq } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import * as schema from '../db/schema.ts'
import { listConcerned } from './repository-notes.ts'

const workspaceTables = [
  schema.inbox,
  schema.turns,
  schema.replies,
  schema.threads,
  schema.messages,
  schema.threadFacts,
  schema.threadRepositories,
  schema.repositoryLinks,
  schema.repositoryNotes,
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
    await forgetNames(tx)
  })
}

/** Names of repositories that nobody is left to keep anything of; another workspace may go by the others. */
async function forgetNames(tx: Database): Promise<void> {
  for (const { host, id, name } of await tx.select().from(schema.repositoryNames))
    if ((await listConcerned(tx, name)).length === 0)
      await tx
        .delete(schema.repositoryNames)
        .where(and(eq(schema.repositoryNames.host, host), eq(schema.repositoryNames.id, id)))
}

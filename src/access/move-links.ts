import { eq, sql } from 'drizzle-orm'
import type { Database } from '../db/open-store.ts'
import { channelSettings, repositoryLinks, repositoryNotes, threadRepositories, turns } from '../db/schema.ts'

/** Gives what channels and threads keep of a repository its new name. */
export async function moveLinks(tx: Database, from: string, to: string): Promise<void> {
  const name = to.toLowerCase()
  for (const table of [repositoryLinks, repositoryNotes])
    for (const row of await tx.delete(table).where(eq(table.repository, from)).returning())
      await tx
        .insert(table)
        .values({ ...row, repository: name })
        .onConflictDoNothing()
  const isOpen = eq(sql`lower(${threadRepositories.repository})`, from)
  for (const row of await tx.delete(threadRepositories).where(isOpen).returning())
    await tx
      .insert(threadRepositories)
      .values({ ...row, repository: to })
      .onConflictDoNothing()
  await tx.update(channelSettings).set({ repository: name }).where(eq(channelSettings.repository, from))
  // Whoever unlinks the repository takes away what names it.
  await tx
    .update(turns)
    .set({ linkedText: sql`${turns.linkedText} || ${`\n\n(${from} is called ${to} now.)`}` })
    .where(sql`instr(lower(${turns.linkedText}), ${from}) > 0`)
}

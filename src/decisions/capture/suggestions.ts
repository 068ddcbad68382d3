import { and, eq, lt } from 'drizzle-orm'
import type { Database, Store } from '../../db/open-store.ts'
import { decisionSuggestions } from '../../db/schema.ts'
import type { DecisionDraft } from '../decision.ts'

/** A record that somebody may confirm, change or discard. */
export interface Suggestion extends DecisionDraft {
  id: string
  teamId: string
  channelId: string
  threadTs: string | undefined
  threadLink: string | undefined
}

/** Nobody confirms a suggestion after that. */
const keptForMs = 30 * 24 * 60 * 60_000

/** Keeps a suggestion until it is answered; the same id again changes nothing. Old ones go. */
export function keepSuggestion(store: Store, suggestion: Suggestion, now: number): Promise<void> {
  const { id, teamId, channelId, threadTs = null, threadLink = null, ...contents } = suggestion
  return store.write(async (tx) => {
    await tx.delete(decisionSuggestions).where(lt(decisionSuggestions.createdAt, now - keptForMs))
    await tx
      .insert(decisionSuggestions)
      .values({ id, teamId, channelId, threadTs, threadLink, contents, createdAt: now })
      .onConflictDoNothing()
  })
}

/** The suggestion of this id; undefined when it was answered or never made. */
export async function findSuggestion(store: Store, teamId: string, id: string): Promise<Suggestion | undefined> {
  const [row] = await store.read
    .select()
    .from(decisionSuggestions)
    .where(and(eq(decisionSuggestions.id, id), eq(decisionSuggestions.teamId, teamId)))
  if (!row) return undefined
  const { channelId, threadTs, threadLink } = row
  // Only keepSuggestion writes this column.
  const contents = row.contents as DecisionDraft
  return { id, teamId, channelId, threadTs: threadTs ?? undefined, threadLink: threadLink ?? undefined, ...contents }
}

/** Forgets an answered suggestion; false when it was answered before. */
export function takeSuggestion(store: Store, teamId: string, id: string): Promise<boolean> {
  return store.write((tx) => forgetSuggestion(tx, teamId, id))
}

/** The same within a transaction. */
export async function forgetSuggestion(tx: Database, teamId: string, id: string): Promise<boolean> {
  const gone = await tx
    .delete(decisionSuggestions)
    .where(and(eq(decisionSuggestions.id, id), eq(decisionSuggestions.teamId, teamId)))
    .returning({ id: decisionSuggestions.id })
  return gone.length > 0
}

import { eq } from 'drizzle-orm'
import type { Database } from '../db/open-store.ts'
import { decisionSections } from '../db/schema.ts'
import type { Decision } from './decision.ts'
import { toSections } from './sections.ts'

/** Replaces what the search reads of a decision. */
export async function writeSections(tx: Database, decision: Decision): Promise<void> {
  const { id: decisionId, teamId } = decision
  await tx.delete(decisionSections).where(eq(decisionSections.decisionId, decisionId))
  await tx.insert(decisionSections).values(toSections(decision).map((section) => ({ teamId, decisionId, ...section })))
}

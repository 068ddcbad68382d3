import { and, eq, isNotNull, or, sql } from 'drizzle-orm'
import type { Database } from '../db/open-store.ts'
import { decisionChecks, decisionEvents, decisionFiles, decisions, decisionSuggestions } from '../db/schema.ts'
import { fromRow, toRow } from './decision-row.ts'
import type { Decision, DecisionDraft, DecisionEvent } from './decision.ts'
import { writeSections } from './write-sections.ts'

/** Gives what decisions keep of a repository its new name; their audit trails say so, and nothing else of them changes. */
export async function moveDecisions(tx: Database, from: string, given: string, now: number): Promise<void> {
  const to = given.toLowerCase()
  const mayName = or(eq(decisions.repository, from), isNotNull(decisions.importedFrom))
  for (const row of await tx.select().from(decisions).where(mayName)) {
    const decision = fromRow(row)
    const renamed = rename(decision, from, to)
    if (renamed === decision) continue
    await tx.update(decisions).set(toRow(renamed)).where(eq(decisions.id, row.id))
    await writeSections(tx, renamed)
    await noteRename(tx, renamed, { kind: 'renamed', text: `${from} is called ${to} now` }, now)
  }
  for (const table of [decisionFiles, decisionChecks])
    for (const row of await tx.delete(table).where(eq(table.repository, from)).returning())
      await tx
        .insert(table)
        .values({ ...row, repository: to })
        .onConflictDoNothing()
  await moveSuggestions(tx, from, to)
  await movePulls(tx, from, to)
}

function rename(decision: Decision, from: string, to: string): Decision {
  const { body, importedFrom } = decision
  const isAbout = body.repository?.toLowerCase() === from
  const isFrom = importedFrom?.repository.toLowerCase() === from
  if (!isAbout && !isFrom) return decision
  return {
    ...decision,
    body: isAbout ? { ...body, repository: to } : body,
    importedFrom: isFrom ? { ...importedFrom, repository: to } : importedFrom,
  }
}

async function noteRename(
  tx: Database,
  { id: decisionId, teamId, version }: Decision,
  { kind, ...detail }: Extract<DecisionEvent, { kind: 'renamed' }>,
  at: number,
): Promise<void> {
  const by = { actorId: 'GitHub', origin: 'program' as const }
  await tx.insert(decisionEvents).values({ decisionId, teamId, version, ...by, kind, detail, at })
}

async function moveSuggestions(tx: Database, from: string, to: string): Promise<void> {
  for (const { id, contents } of await tx.select().from(decisionSuggestions)) {
    // Only keepSuggestion writes this column.
    const draft = contents as DecisionDraft
    if (draft.body.repository?.toLowerCase() !== from) continue
    const renamed = { ...draft, body: { ...draft.body, repository: to } }
    await tx.update(decisionSuggestions).set({ contents: renamed }).where(eq(decisionSuggestions.id, id))
  }
}

/** Pull requests are known by their addresses. */
async function movePulls(tx: Database, from: string, to: string): Promise<void> {
  const { id, kind, detail } = decisionEvents
  const inRepository = sql`instr(lower(${detail}), ${`/${from}/pull/`}) > 0`
  for (const row of await tx
    .select({ id, detail })
    .from(decisionEvents)
    .where(and(eq(kind, 'exported'), inRepository))) {
    // Only exports write such events.
    const event = row.detail as Omit<Extract<DecisionEvent, { kind: 'exported' }>, 'kind'>
    const pull = event.pull.replace(new RegExp(`/${RegExp.escape(from)}/pull/`, 'i'), () => `/${to}/pull/`)
    await tx
      .update(decisionEvents)
      .set({ detail: { ...event, pull } })
      .where(eq(id, row.id))
  }
}

import { and, asc, eq, inArray } from 'drizzle-orm'
import * as z from 'zod'
import type { Store } from '../../db/open-store.ts'
import { decisionEvents } from '../../db/schema.ts'
import type { Actor, Decision, DecisionEvent } from '../decision.ts'

/** What was once written for each decision, as content hashes: a file that holds one of them was changed by nobody. */
export type Exported = ReadonlyMap<string, ReadonlySet<string>>

type ExportEvent = Extract<DecisionEvent, { kind: 'exported' }>
const detail = z.object({ contentHash: z.string(), path: z.string(), pull: z.string() })

/** Reads what was written for these decisions of a workspace so far. */
export async function listExported(store: Store, teamId: string, ids: readonly string[]): Promise<Exported> {
  const exported = new Map<string, Set<string>>()
  if (ids.length === 0) return exported
  const rows = await store.read
    .select({ id: decisionEvents.decisionId, detail: decisionEvents.detail })
    .from(decisionEvents)
    .where(
      and(
        eq(decisionEvents.teamId, teamId),
        inArray(decisionEvents.decisionId, [...ids]),
        eq(decisionEvents.kind, 'exported'),
      ),
    )
  for (const row of rows) {
    const { contentHash } = detail.parse(row.detail)
    exported.set(row.id, (exported.get(row.id) ?? new Set()).add(contentHash))
  }
  return exported
}

/** Which file each decision of a workspace was last given in a pull request for a repository, merged or not. */
export async function listGivenPaths(
  store: Store,
  teamId: string,
  repository: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await store.read
    .select({ id: decisionEvents.decisionId, detail: decisionEvents.detail })
    .from(decisionEvents)
    .where(and(eq(decisionEvents.teamId, teamId), eq(decisionEvents.kind, 'exported')))
    .orderBy(asc(decisionEvents.id))
  const given = rows.map((row) => ({ id: row.id, ...detail.parse(row.detail) }))
  const isThere = ({ pull }: { pull: string }) => pull.toLowerCase().includes(`/${repository.toLowerCase()}/pull/`)
  return new Map(given.filter(isThere).map(({ id, path }) => [id, path]))
}

/** Notes in each decision's audit trail that it was written to a repository; the decision itself stays as it is. */
export function noteExported(
  store: Store,
  notes: readonly { decision: Decision; event: ExportEvent }[],
  { userId: actorId, origin }: Actor,
  at: number,
): Promise<void> {
  return store.write(async (tx) => {
    for (const { decision, event } of notes) {
      const { kind, ...rest } = event
      const { id: decisionId, teamId, version } = decision
      await tx.insert(decisionEvents).values({ decisionId, teamId, version, actorId, origin, kind, detail: rest, at })
    }
  })
}

import { and, eq } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { decisionReminders } from '../db/schema.ts'
import type { Audience } from './audience.ts'
import { type Decision, nameDecision, toOneLine } from './decision.ts'
import { type Advocated, findAdvocated } from './find-advocated.ts'
import { searchDecisions } from './search-decisions.ts'
import { listDecisions, listGoverning } from './store.ts'

/** Decisions in the context stand as one line each; past this many the newest stay and the others are left to the search. */
const indexLimit = 150
const lineLength = 240
/** Decisions that a message is compared with. */
const comparedLimit = 500

/** One line for each accepted decision the audience may read, by number; the same bytes until one of them changes. */
export async function decisionIndex(store: Store, audience: Audience): Promise<string[]> {
  const accepted = await listGoverning(store, audience, undefined)
  return accepted.slice(-indexLimit).map(toIndexLine)
}

function toIndexLine(decision: Decision): string {
  const line = `${nameDecision(decision)} (${decision.status}): ${toOneLine(decision.body)}`
  return line.length <= lineLength ? line : `${line.slice(0, lineLength - 1).trimEnd()}…`
}

/** Decisions the audience may read that speak of a question, best first; rejected and replaced ones as well. */
export function findRelevant(store: Store, audience: Audience, question: string, limit = 5): Promise<Decision[]> {
  return searchDecisions(store, audience, question, { statuses: known }, limit)
}

const known = ['proposed', 'accepted', 'rejected', 'deprecated', 'superseded'] as const

/**
 * The decisions a message argues against that its thread was not yet told of; each is given out once per thread, and
 * again for the same `askedAt` (ms): an answer that was broken off begins anew.
 */
export async function remindOnce(
  store: Store,
  audience: Audience,
  threadTs: string,
  text: string,
  askedAt: number,
): Promise<Advocated[]> {
  const decided = await listDecisions(store, audience, { statuses: ['accepted', 'rejected'] }, comparedLimit)
  const against = findAdvocated(text, decided)
  if (against.length === 0) return []
  const { teamId, channelId } = audience
  return store.write(async (tx) => {
    const told: Advocated[] = []
    for (const one of against) {
      const row = { teamId, channelId, threadTs, decisionId: one.decision.id, remindedAt: askedAt }
      await tx.insert(decisionReminders).values(row).onConflictDoNothing()
      const { remindedAt, ...key } = row
      const [kept] = await tx.select().from(decisionReminders).where(isReminder(key))
      if (kept?.remindedAt === remindedAt) told.push(one)
    }
    return told
  })
}

type ReminderKey = Omit<typeof decisionReminders.$inferSelect, 'remindedAt'>

function isReminder({ teamId, channelId, threadTs, decisionId }: ReminderKey) {
  const { teamId: team, channelId: channel, threadTs: thread, decisionId: decision } = decisionReminders
  return and(eq(team, teamId), eq(channel, channelId), eq(thread, threadTs), eq(decision, decisionId))
}

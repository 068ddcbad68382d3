import { and, eq, inArray } from 'drizzle-orm'
import { isoDay } from '../lib/iso-day.ts'
import type { Database } from '../db/open-store.ts'
import { decisionEvents, decisions } from '../db/schema.ts'
import { fromRow } from './decision-row.ts'
import { type Actor, type Amendment, type Decision, decidingEvents } from './decision.ts'
import { insertDecision, nextNumber, saveDecision, takeNumber } from './keep-decision.ts'

/** Stores a decision that a file tells of, as the file has it, under the next number. */
export async function insertImported(
  tx: Database,
  read: Decision,
  path: string,
  actor: Actor,
  now: number,
): Promise<Decision> {
  const number = isUnnumbered(read) ? undefined : await giveNumber(tx, read.teamId)
  const next = { ...read, number }
  await insertDecision(tx, { next, events: [{ kind: 'imported', path, status: next.status }] }, actor, now)
  return next
}

/**
 * Brings an imported decision in step with its file, less the amendments that were made here: those stay. Undefined when
 * it was not imported, or people decided on it here since, and then nothing changes.
 */
export async function replaceImported(
  tx: Database,
  read: Decision,
  path: string,
  actor: Actor,
  now: number,
): Promise<Decision | undefined> {
  const [row] = await tx.select().from(decisions).where(eq(decisions.id, read.id))
  const old = row && fromRow(row)
  if (!old || old.importedFrom === undefined || (await isDecidedHere(tx, old.id))) return undefined
  const { status, body, checks, reviewBy, reason, decidedAt, importedFrom } = read
  const amendments = joinAmendments(old.amendments, read.amendments)
  const version = old.version + 1
  const number = old.number ?? (isUnnumbered(read) ? undefined : await giveNumber(tx, old.teamId))
  // A word counts for the body it was given on.
  const votes = status === 'draft' || status === 'proposed' ? [] : old.votes
  const next = {
    ...old,
    number,
    votes,
    status,
    body,
    checks,
    reviewBy,
    amendments,
    reason,
    decidedAt,
    importedFrom,
    changedAt: now,
    version,
  }
  const event = { kind: 'imported', path, status, before: old.body, checksBefore: old.checks } as const
  await saveDecision(tx, { next, events: [event] }, actor, now)
  return next
}

/** What was never proposed has no number. */
function isUnnumbered({ status }: Decision): boolean {
  return status === 'draft' || status === 'withdrawn'
}

async function giveNumber(tx: Database, teamId: string): Promise<number> {
  const number = await nextNumber(tx, teamId)
  await takeNumber(tx, teamId, number)
  return number
}

async function isDecidedHere(tx: Database, id: string): Promise<boolean> {
  const [word] = await tx
    .select({ id: decisionEvents.id })
    .from(decisionEvents)
    .where(and(eq(decisionEvents.decisionId, id), inArray(decisionEvents.kind, [...decidingEvents])))
    .limit(1)
  return word !== undefined
}

/** A file knows the day of an amendment and the name of who made it. */
function joinAmendments(here: readonly Amendment[], there: readonly Amendment[]): Amendment[] {
  const dayOf = ({ at }: Amendment) => isoDay(at)
  const isKnown = (note: Amendment) => here.some((one) => one.text === note.text && dayOf(one) === dayOf(note))
  return [...here, ...there.filter((note) => !isKnown(note))].toSorted((a, b) => a.at - b.at)
}

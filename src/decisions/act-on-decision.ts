import { and, eq, gt, inArray } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import { decisionEvents, decisions } from '../db/schema.ts'
import { type Audience, isVisible } from './audience.ts'
import { forgetSuggestion } from './capture/suggestions.ts'
import { decide, draftNew, type NewDecision, reopen, type Ruling } from './decide.ts'
import { fromRow } from './decision-row.ts'
import { type Act, type Actor, type Decision, nameDecision } from './decision.ts'
import { insertDecision, nextNumber, saveDecision, type Settled, takeNumber } from './keep-decision.ts'
import { refusals } from './refusals.ts'

/** The decision as it now is, and the others that changed with it; or one sentence that says why nothing changed. */
export type Acted = { decision: Decision; alsoChanged: Decision[] } | { refused: string }

/** Which decision an act is on, as the person saw it. */
export interface Seen {
  id: string
  version: number
}

/**
 * Stores a new draft with its first audit line; refused when it means to replace one that the audience may not read. One
 * that was suggested takes the place of the suggestion of its id in the same transaction, and is refused when that was
 * answered before.
 */
export function recordDecision(
  store: Store,
  audience: Audience,
  given: NewDecision,
  actor: Actor,
  now: number,
  isSuggested = false,
): Promise<Acted> {
  return store.write(async (tx) => {
    const ruling = draftNew(given, actor, now)
    if ('refused' in ruling) return ruling
    if (!(await mayReadAll(tx, audience, given.supersedes))) return { refused: refusals.notFound }
    if (isSuggested && !(await forgetSuggestion(tx, given.teamId, given.id)))
      return { refused: refusals.suggestionGone }
    await insertDecision(tx, ruling, actor, now)
    return { decision: ruling.next, alsoChanged: [] }
  })
}

/**
 * Carries out one act and whatever follows from it, with their audit lines, in one transaction. Refused when somebody
 * acted since the person looked (a word counts as long as what it is about did not change), and when the audience may not
 * read the decision.
 */
export function actOnDecision(
  store: Store,
  audience: Audience,
  seen: Seen,
  act: Act,
  actor: Actor,
  now: number,
): Promise<Acted> {
  return store.write(async (tx) => {
    const decision = await load(tx, audience, seen.id)
    if (!decision) return { refused: refusals.notFound }
    if (!(await isStillSeen(tx, decision, seen, act)))
      return { refused: refusals.changedMeanwhile(nameDecision(decision)) }
    if (act.kind === 'edit' && !(await mayReadAll(tx, audience, act.draft.supersedes)))
      return { refused: refusals.notFound }
    const known = act.kind === 'supersede' ? await currentAct(tx, audience, act) : act
    if (!known) return { refused: refusals.notFound }
    const number = act.kind === 'propose' ? await nextNumber(tx, audience.teamId) : 0
    const ruling = decide(known, decision, actor, now, number)
    if ('refused' in ruling) return ruling
    const replaced = await replaceOthers(tx, audience, ruling, actor, now)
    if ('refused' in replaced) return replaced
    const successor =
      known.kind === 'supersede' ? await markSuccessor(tx, audience, decision, known.by.id, actor, now) : []
    const taken = ruling.next.number === number && decision.number === undefined
    if (act.kind === 'propose' && taken) await takeNumber(tx, audience.teamId, number)
    await saveDecision(tx, ruling, actor, now)
    for (const other of replaced.rulings) await saveDecision(tx, other, actor, now)
    return { decision: ruling.next, alsoChanged: [...replaced.rulings.map(({ next }) => next), ...successor] }
  })
}

/** Takes a rejected or withdrawn decision up again as a new draft; the old one notes it. */
export function reopenDecision(
  store: Store,
  audience: Audience,
  seen: Seen,
  newId: string,
  actor: Actor,
  now: number,
): Promise<Acted> {
  return store.write(async (tx) => {
    const old = await load(tx, audience, seen.id)
    if (!old) return { refused: refusals.notFound }
    if (old.version !== seen.version) return { refused: refusals.changedMeanwhile(nameDecision(old)) }
    const ruling = reopen(old, actor, now, newId)
    if ('refused' in ruling) return ruling
    await insertDecision(tx, ruling, actor, now)
    const next = { ...old, version: old.version + 1, changedAt: now }
    await saveDecision(tx, { next, events: [{ kind: 'reopened', by: newId }] }, actor, now)
    return { decision: ruling.next, alsoChanged: [next] }
  })
}

async function load(tx: Database, audience: Audience, id: string): Promise<Decision | undefined> {
  const [row] = await tx
    .select()
    .from(decisions)
    .where(and(eq(decisions.id, id), isVisible({ read: tx }, audience)))
  return row && fromRow(row)
}

/** Two deciders who press at once both have their word, but nobody approves what they have not seen. */
async function isStillSeen(tx: Database, decision: Decision, seen: Seen, act: Act): Promise<boolean> {
  if (decision.version === seen.version) return true
  if ((act.kind !== 'approve' && act.kind !== 'reject') || seen.version > decision.version) return false
  const [changed] = await tx
    .select({ id: decisionEvents.id })
    .from(decisionEvents)
    .where(
      and(
        eq(decisionEvents.decisionId, decision.id),
        gt(decisionEvents.version, seen.version),
        inArray(decisionEvents.kind, ['edited', 'checks-set', 'imported']),
      ),
    )
    .limit(1)
  return changed === undefined
}

async function mayReadAll(tx: Database, audience: Audience, ids: readonly string[]): Promise<boolean> {
  for (const id of ids) if (!(await load(tx, audience, id))) return false
  return true
}

/** The status of a successor counts as it is now, not as a card once showed it. */
async function currentAct(tx: Database, audience: Audience, act: Extract<Act, { kind: 'supersede' }>) {
  const by = await load(tx, audience, act.by.id)
  return by && { ...act, by: { id: by.id, number: by.number, status: by.status } }
}

/** What an acceptance does to the decisions that the accepted one replaces. */
async function replaceOthers(
  tx: Database,
  audience: Audience,
  { next, supersedes }: Exclude<Ruling, { refused: string }>,
  actor: Actor,
  now: number,
): Promise<{ rulings: Settled[] } | { refused: string }> {
  const rulings: Settled[] = []
  for (const id of supersedes) {
    const [row] = await tx
      .select()
      .from(decisions)
      .where(and(eq(decisions.id, id), eq(decisions.teamId, audience.teamId)))
    if (!row) return { refused: refusals.cannotReplace(refusals.notFound) }
    // The deciders of the new decision decide on the old one with it.
    const by = { id: next.id, number: next.number, status: next.status }
    const ruling = decide({ kind: 'supersede', by }, fromRow(row), { ...actor, isAdmin: true }, now, 0)
    if ('refused' in ruling) return { refused: refusals.cannotReplace(ruling.refused) }
    rulings.push(ruling)
  }
  return { rulings }
}

/** The other side of a supersession that was declared afterwards. */
async function markSuccessor(
  tx: Database,
  audience: Audience,
  old: Decision,
  successorId: string,
  actor: Actor,
  now: number,
): Promise<Decision[]> {
  const successor = await load(tx, audience, successorId)
  if (!successor) return []
  const supersedes = [...new Set([...successor.supersedes, old.id])]
  const next = { ...successor, supersedes, version: successor.version + 1, changedAt: now }
  await saveDecision(tx, { next, events: [{ kind: 'replaced', supersedes: old.id }] }, actor, now)
  return [next]
}

import { and, asc, eq, gt, inArray, isNotNull, lte, or, type SQL } from 'drizzle-orm'
import type { Store } from '../../db/open-store.ts'
import {
  decisionChecks,
  decisionDeciders,
  decisionEvents,
  decisions,
  findingExceptions,
  threadFacts,
} from '../../db/schema.ts'
import { type Audience, isVisible } from '../audience.ts'
import { fromRow } from '../decision-row.ts'
import { type Decision, nameDecision, toOneLine } from '../decision.ts'
import { listPublicChannels } from '../store.ts'
import type { DigestFacts } from './build-digest.ts'
import type { NamedDecision } from './digest.ts'

type Window = Pick<DigestFacts, 'from' | 'to' | 'zone' | 'before'>

/**
 * Reads what a channel may be told: what is about its own decisions, findings and threads, and what was decided elsewhere
 * and opened to the whole workspace. A channel shared with another company is told no place in code.
 */
export async function readDigestFacts(store: Store, audience: Audience, window: Window): Promise<DigestFacts> {
  const all = await readDecisions(store, audience)
  const own = all.filter(({ channelId }) => channelId === audience.channelId)
  const byId = new Map(all.map((decision) => [decision.id, decision]))
  const known: Known = { byId, audience, publicChannels: await listPublicChannels(store, audience.teamId) }
  const events = await readEvents(store, [...byId.keys()])
  const waiting = await readWaiting(store, own)
  return {
    ...window,
    proposed: own
      .filter(({ status }) => status === 'proposed')
      .map((decision) => ({
        decision: named(decision, known),
        since: proposedAt(decision, events),
        owners: ownersOf(decision, waiting),
      })),
    reviews: own.flatMap((decision) =>
      decision.status === 'accepted' && decision.reviewBy !== undefined
        ? [{ decision: named(decision, known), dueAt: decision.reviewBy, owners: ownersOf(decision, waiting) }]
        : [],
    ),
    drift: driftIn(await readDrift(store, own), known),
    unchecked: audience.shared ? [] : uncheckedIn(await readUnchecked(store, own), known),
    exceptions: audience.shared ? [] : await readExceptions(store, audience, window),
    decided: decidedIn(events, known),
    closed: closedIn(events, known),
    questions: await readQuestions(store, audience, own),
  }
}

/** What the words about one decision are made with. */
type Known = { byId: ReadonlyMap<string, Decision>; audience: Audience; publicChannels: ReadonlySet<string> }
type Event = Awaited<ReturnType<typeof readEvents>>[number]
type LastCheck = Awaited<ReturnType<typeof readLastChecks>>[number]

function named(decision: Decision, { audience, publicChannels }: Known): NamedDecision {
  const isOpen = decision.channelId === audience.channelId || publicChannels.has(decision.channelId)
  return {
    name: nameDecision(decision),
    says: toOneLine(decision.body),
    title: decision.body.title,
    link: isOpen ? decision.threadLink : undefined,
  }
}

function proposedAt({ id, createdAt }: Decision, events: readonly Event[]): number {
  return events.findLast(({ decisionId, kind }) => decisionId === id && kind === 'proposed')?.at ?? createdAt
}

/** Those who still have to agree, else those who decide, else whoever wrote it down. */
function ownersOf({ id, body, createdBy }: Decision, waiting: ReadonlyMap<string, string[]>): string[] {
  const asked = waiting.get(id) ?? body.deciders
  return asked.length > 0 ? asked : [createdBy]
}

function driftIn(checks: readonly LastCheck[], known: Known): DigestFacts['drift'] {
  return checks.flatMap(({ decisionId, repository, places, placeCount, brokenSince, introduced }) => {
    const decision = known.byId.get(decisionId)
    if (!decision) return []
    const drift = known.audience.shared
      ? { repository: '', places: [], total: 0, brokenSince: null, introduced: null }
      : { repository, places, total: placeCount, brokenSince, introduced }
    return [{ decision: named(decision, known), drift }]
  })
}

function uncheckedIn(checks: readonly LastCheck[], known: Known): DigestFacts['unchecked'] {
  return checks.flatMap(({ decisionId, repository, reason }) => {
    const decision = known.byId.get(decisionId)
    return decision ? [{ decision: named(decision, known), repository, reason: reason ?? '' }] : []
  })
}

function decidedIn(events: readonly Event[], known: Known): DigestFacts['decided'] {
  return happened(['accepted', 'rejected'], events, known).map(({ decision, kind, at }) => ({
    decision: named(decision, known),
    outcome: kind === 'accepted' ? 'accepted' : 'rejected',
    at,
  }))
}

function closedIn(events: readonly Event[], known: Known): DigestFacts['closed'] {
  return happened(['superseded', 'deprecated'], events, known).map(({ decision, kind, at }) => {
    const by = decision.supersededBy === undefined ? undefined : known.byId.get(decision.supersededBy)
    return {
      decision: named(decision, known),
      outcome: kind === 'superseded' ? 'superseded' : 'deprecated',
      by: by && named(by, known),
      at,
    }
  })
}

function happened(kinds: readonly string[], events: readonly Event[], known: Known) {
  return events
    .filter((event) => kinds.includes(event.kind))
    .flatMap(({ decisionId, kind, at }) => {
      const decision = known.byId.get(decisionId)
      return decision ? [{ decision, kind, at }] : []
    })
}

async function readDecisions(store: Store, audience: Audience): Promise<Decision[]> {
  const isMeant = or(eq(decisions.channelId, audience.channelId), eq(decisions.visibility, 'workspace'))
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(isVisible(store, audience), isMeant))
    .orderBy(asc(decisions.number))
  return rows.map(fromRow)
}

function readEvents(store: Store, ids: readonly string[]) {
  const { decisionId, kind, at } = decisionEvents
  const kinds = ['proposed', 'accepted', 'rejected', 'superseded', 'deprecated']
  return store.read
    .select({ decisionId, kind, at })
    .from(decisionEvents)
    .where(and(inArray(decisionId, [...ids]), inArray(kind, kinds)))
    .orderBy(asc(decisionEvents.id))
    .execute()
}

async function readWaiting(store: Store, own: readonly Decision[]): Promise<Map<string, string[]>> {
  const ids = own.filter(({ status }) => status === 'proposed').map(({ id }) => id)
  const rows = await store.read
    .select()
    .from(decisionDeciders)
    .where(and(inArray(decisionDeciders.decisionId, ids), eq(decisionDeciders.waits, true)))
  const groups = Map.groupBy(rows, ({ decisionId }) => decisionId)
  return new Map([...groups].map(([id, deciders]) => [id, deciders.map(({ userId }) => userId)]))
}

function readDrift(store: Store, own: readonly Decision[]) {
  return readLastChecks(store, own, eq(decisionChecks.outcome, 'broken'))
}

/** One row for each decision and repository that could not be read at all. */
async function readUnchecked(store: Store, own: readonly Decision[]) {
  const isUnread = and(eq(decisionChecks.outcome, 'unknown'), eq(decisionChecks.sha, ''))
  const rows = await readLastChecks(store, own, isUnread)
  return [...new Map(rows.map((row) => [`${row.decisionId} ${row.repository}`, row])).values()]
}

function readLastChecks(store: Store, own: readonly Decision[], which: SQL | undefined) {
  const ids = own.filter(({ status }) => status === 'accepted').map(({ id }) => id)
  return store.read
    .select()
    .from(decisionChecks)
    .where(and(inArray(decisionChecks.decisionId, ids), which))
    .orderBy(asc(decisionChecks.decisionId), asc(decisionChecks.repository))
    .execute()
}

/** Those whose date has passed; one that a person withdrew before needs nobody. */
async function readExceptions(store: Store, { teamId, channelId }: Audience, { from, to }: Window) {
  const rows = await store.read
    .select()
    .from(findingExceptions)
    .where(
      and(
        eq(findingExceptions.teamId, teamId),
        eq(findingExceptions.channelId, channelId),
        isNotNull(findingExceptions.until),
        gt(findingExceptions.until, from),
        lte(findingExceptions.until, to),
      ),
    )
  return rows.flatMap(({ title, place, repository, ownerId, until, endedAt }) =>
    until !== null && (endedAt === null || endedAt >= until) ? [{ title, place, repository, ownerId, until }] : [],
  )
}

/** Questions a summary found open, less those of threads from which a decision was recorded since. */
async function readQuestions(store: Store, { teamId, channelId }: Audience, own: readonly Decision[]) {
  const rows = await store.read
    .select()
    .from(threadFacts)
    .where(and(eq(threadFacts.teamId, teamId), eq(threadFacts.channelId, channelId), eq(threadFacts.kind, 'question')))
  const isDecided = (threadTs: string, askedAt: number) =>
    own.some((decision) => decision.threadTs === threadTs && (decision.decidedAt ?? 0) > askedAt)
  return rows
    .map(({ text, threadTs, messageTs }) => ({
      text,
      askedAt: Number(messageTs) * 1000,
      channelId,
      threadTs,
      messageTs,
      link: undefined,
    }))
    .filter(({ threadTs, askedAt }) => !isDecided(threadTs, askedAt))
}

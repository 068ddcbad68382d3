import { and, asc, desc, eq, exists, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { channels, decisionCards, decisionDeciders, decisionEvents, decisions, repositoryLinks } from '../db/schema.ts'
import { type Audience, isVisible } from './audience.ts'
import { fromRow } from './decision-row.ts'
import { type Decision, decidingEvents, type DecisionStatus, decisionStatuses } from './decision.ts'

/** One line of a decision's audit trail; `detail` is the event as decided. */
export interface AuditLine {
  version: number
  kind: string
  actorId: string
  origin: string
  detail: unknown
  at: number
}

export interface DecisionFilter {
  /** All that live or were decided unless told: drafts and withdrawn ones only when asked for. */
  statuses?: readonly DecisionStatus[]
  tag?: string
  /** `owner/name`. */
  repository?: string
}

/** Statuses that a list shows when none are asked for. */
export const shownUnlessTold: readonly DecisionStatus[] = [
  'proposed',
  'accepted',
  'rejected',
  'deprecated',
  'superseded',
]

/** The decision of this id; undefined when there is none or the audience may not read it. */
export async function findDecision(store: Store, audience: Audience, id: string): Promise<Decision | undefined> {
  return readOne(store, audience, eq(decisions.id, id))
}

/** The decision of this number; undefined when there is none or the audience may not read it. */
export async function findByNumber(store: Store, audience: Audience, number: number): Promise<Decision | undefined> {
  return readOne(store, audience, eq(decisions.number, number))
}

async function readOne(store: Store, audience: Audience, which: SQL): Promise<Decision | undefined> {
  const [row] = await store.read
    .select()
    .from(decisions)
    .where(and(which, isVisible(store, audience)))
  return row && fromRow(row)
}

/** The decisions of these ids that the audience may read, in no order. */
export async function findDecisions(store: Store, audience: Audience, ids: readonly string[]): Promise<Decision[]> {
  if (ids.length === 0) return []
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(inArray(decisions.id, [...ids]), isVisible(store, audience)))
  return rows.map(fromRow)
}

/** Decisions the audience may read, last changed first. */
export async function listDecisions(
  store: Store,
  audience: Audience,
  filter: DecisionFilter,
  limit: number,
): Promise<Decision[]> {
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(isVisible(store, audience), ...toConditions(filter)))
    .orderBy(desc(decisions.changedAt), desc(decisions.id))
    .limit(limit)
  return rows.map(fromRow)
}

/** The decisions of these numbers that the audience may read, by number; in any status unless the filter names some. */
export async function listByNumbers(
  store: Store,
  audience: Audience,
  numbers: readonly number[],
  { statuses = decisionStatuses, ...filter }: DecisionFilter,
): Promise<Decision[]> {
  if (numbers.length === 0) return []
  const isCalled = inArray(decisions.number, [...numbers])
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(isVisible(store, audience), isCalled, ...toConditions({ ...filter, statuses })))
    .orderBy(asc(decisions.number))
  return rows.map(fromRow)
}

function toConditions({ statuses = shownUnlessTold, tag, repository }: DecisionFilter): (SQL | undefined)[] {
  return [
    inArray(decisions.status, [...statuses]),
    tag === undefined ? undefined : sql`instr(${decisions.tags}, ${JSON.stringify(tag.toLowerCase())}) > 0`,
    repository === undefined ? undefined : eq(decisions.repository, repository.toLowerCase()),
  ]
}

/** Accepted decisions the audience may read that speak of this repository or of none, by number. */
export async function listGoverning(
  store: Store,
  audience: Audience,
  repository: string | undefined,
): Promise<Decision[]> {
  const about =
    repository === undefined
      ? undefined
      : or(isNull(decisions.repository), eq(decisions.repository, repository.toLowerCase()))
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(isVisible(store, audience), eq(decisions.status, 'accepted'), about))
    .orderBy(asc(decisions.number))
  return rows.map(fromRow)
}

/**
 * Decisions the audience may read that belong into a repository's files, by number: they name it, or they name none and
 * were made in a channel that it is linked to. Drafts and withdrawn ones never.
 */
export async function listExportable(store: Store, audience: Audience, repository: string): Promise<Decision[]> {
  const name = repository.toLowerCase()
  const link = and(
    eq(repositoryLinks.teamId, decisions.teamId),
    eq(repositoryLinks.channelId, decisions.channelId),
    eq(repositoryLinks.repository, name),
  )
  const inLinkedChannel = exists(
    store.read
      .select({ one: sql`1` })
      .from(repositoryLinks)
      .where(link),
  )
  const about = or(eq(decisions.repository, name), and(isNull(decisions.repository), inLinkedChannel))
  return readByNumber(store, audience, about)
}

/** All that the audience may read, by number; drafts and withdrawn ones never. */
export function listWritable(store: Store, audience: Audience): Promise<Decision[]> {
  return readByNumber(store, audience, undefined)
}

async function readByNumber(store: Store, audience: Audience, which: SQL | undefined): Promise<Decision[]> {
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(isVisible(store, audience), inArray(decisions.status, [...shownUnlessTold]), which))
    .orderBy(asc(decisions.number))
  return rows.map(fromRow)
}

/** Those of these ids that are decisions of a workspace, whoever may read them. */
export async function findTaken(store: Store, teamId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await store.read
    .select({ id: decisions.id })
    .from(decisions)
    .where(and(eq(decisions.teamId, teamId), inArray(decisions.id, [...ids])))
  return new Set(rows.map(({ id }) => id))
}

/** Those of these ids that people settled here, whoever may read them. */
export async function findDecidedHere(store: Store, teamId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { decisionId, kind } = decisionEvents
  const rows = await store.read
    .selectDistinct({ id: decisionId })
    .from(decisionEvents)
    .where(and(eq(decisionEvents.teamId, teamId), inArray(decisionId, [...ids]), inArray(kind, [...decidingEvents])))
  return new Set(rows.map(({ id }) => id))
}

/** Proposed decisions that wait for this person's word, oldest first, as far as the audience may read them. */
export async function listWaitingFor(store: Store, audience: Audience, userId: string): Promise<Decision[]> {
  const rows = await store.read
    .select({ decision: decisions })
    .from(decisionDeciders)
    .innerJoin(decisions, eq(decisions.id, decisionDeciders.decisionId))
    .where(and(isVisible(store, audience), eq(decisionDeciders.userId, userId), eq(decisionDeciders.waits, true)))
    .orderBy(asc(decisions.changedAt))
  return rows.map(({ decision }) => fromRow(decision))
}

/** Accepted decisions the audience may read whose review is due before `before` (ms), the longest due first. */
export async function listDueForReview(store: Store, audience: Audience, before: number): Promise<Decision[]> {
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(isVisible(store, audience), eq(decisions.status, 'accepted'), sql`${decisions.reviewBy} < ${before}`))
    .orderBy(asc(decisions.reviewBy))
  return rows.map(fromRow)
}

/** Every act on a decision, first to last; empty when the audience may not read it. */
export async function readHistory(store: Store, audience: Audience, id: string): Promise<AuditLine[]> {
  if (!(await findDecision(store, audience, id))) return []
  const { version, kind, actorId, origin, detail, at } = decisionEvents
  return store.read
    .select({ version, kind, actorId, origin, detail, at })
    .from(decisionEvents)
    .where(eq(decisionEvents.decisionId, id))
    .orderBy(asc(decisionEvents.id))
}

/** The channels that everybody in a workspace, and nobody else, can open. */
export async function listPublicChannels(store: Store, teamId: string): Promise<ReadonlySet<string>> {
  const rows = await store.read
    .select({ channelId: channels.channelId })
    .from(channels)
    .where(and(eq(channels.teamId, teamId), eq(channels.kind, 'public')))
  return new Set(rows.map(({ channelId }) => channelId))
}

/** Decisions recorded from one thread, first to last. */
export async function listOfThread(store: Store, audience: Audience, threadTs: string): Promise<Decision[]> {
  const here = and(eq(decisions.channelId, audience.channelId), eq(decisions.threadTs, threadTs))
  const rows = await store.read
    .select()
    .from(decisions)
    .where(and(isVisible(store, audience), here, ne(decisions.status, 'withdrawn')))
    .orderBy(asc(decisions.createdAt))
  return rows.map(fromRow)
}

export interface CardAddress {
  teamId: string
  channelId: string
  ts: string
}

/** Remembers which version of a decision a Slack message shows, so that it can change with it. */
export function rememberCard(
  store: Store,
  card: CardAddress,
  { id: decisionId, version }: Pick<Decision, 'id' | 'version'>,
): Promise<void> {
  return store.write(async (tx) => {
    await tx
      .insert(decisionCards)
      .values({ ...card, decisionId, version })
      .onConflictDoUpdate({
        target: [decisionCards.teamId, decisionCards.channelId, decisionCards.ts],
        set: { decisionId, version },
      })
  })
}

/** The Slack messages that show a decision. */
export async function listCards(store: Store, decisionId: string): Promise<CardAddress[]> {
  const { teamId, channelId, ts } = decisionCards
  return store.read
    .select({ teamId, channelId, ts })
    .from(decisionCards)
    .where(eq(decisionCards.decisionId, decisionId))
}

/** The decision a Slack message shows, and in which version; undefined when it shows none. */
export async function findByCard(
  store: Store,
  audience: Audience,
  ts: string,
): Promise<{ decision: Decision; shownVersion: number } | undefined> {
  const [card] = await store.read
    .select()
    .from(decisionCards)
    .where(
      and(
        eq(decisionCards.teamId, audience.teamId),
        eq(decisionCards.channelId, audience.channelId),
        eq(decisionCards.ts, ts),
      ),
    )
  const decision = card && (await findDecision(store, audience, card.decisionId))
  return decision && { decision, shownVersion: card.version }
}

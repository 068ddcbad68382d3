import { randomUUID } from 'node:crypto'
import { and, eq, isNotNull, like, or } from 'drizzle-orm'
import type { Store } from '../../db/open-store.ts'
import { decisionChecks, decisions } from '../../db/schema.ts'
import { fromRow } from '../decision-row.ts'
import { type Decision, nameDecision } from '../decision.ts'
import { listCards } from '../store.ts'
import type { CheckRow } from './check-row.ts'
import { type DriftNote, planDriftNotes } from './drift-notes.ts'
import { recallCheck, type ReviewedCheck } from './reviewed-check.ts'

/** Where a decision is talked about: its thread, or its channel where it has none. */
export interface NotePlace {
  teamId: string
  channelId: string
  threadTs: string | undefined
}

/** What a decision's thread is told: what broke it, or that it holds again. */
export interface DriftWords {
  /** ADR-12. */
  name: string
  title: string
  repository: string
  /** The commit at which it was seen. */
  sha: string
  kind: DriftNote['kind']
  /** Those that are broken now. */
  checks: readonly ReviewedCheck[]
}

/** What came of saying it. After `not-now` nobody knows whether it was said. */
export type NotePosted = 'said' | 'refused' | 'not-now'

/** Says notes in threads and channels. */
export interface DriftVoice {
  post(place: NotePlace, words: DriftWords, key: string): Promise<NotePosted>
  /** Whether a note of this name stands there; undefined when Slack cannot say now. */
  find(place: NotePlace, note: { key: string; sinceMs: number }): Promise<boolean | undefined>
}

export interface DriftDeps {
  store: Store
  voice: DriftVoice
  /** Whether code of a repository may be spoken of in a channel now. */
  mayHear(channel: { teamId: string; channelId: string }, repository: string): Promise<boolean>
  /** Who this process is. */
  owner: string
  /** Whether whoever began a note cannot finish it any more. */
  isAbandoned(note: { owner: string; sinceMs: number }): boolean
  now: () => number
}

/** Tells the threads of accepted decisions what has changed since they were last told; false when some must be told later. */
export async function tellDrift(deps: DriftDeps): Promise<boolean> {
  let isAllTold = true
  for (const rows of await readOpen(deps.store)) {
    const found = rows[0] && (await findPlace(deps.store, rows[0].decisionId))
    if (found && !(await tellOne(deps, found, rows))) isAllTold = false
  }
  return isAllTold
}

async function tellOne(
  deps: DriftDeps,
  { decision, place }: { decision: Decision; place: NotePlace },
  rows: readonly CheckRow[],
): Promise<boolean> {
  const begun = rows.find(({ telling }) => telling !== null)?.telling
  if (begun) {
    if (!deps.isAbandoned(begun)) return false
    const wasSaid = await deps.voice.find(place, begun)
    if (wasSaid === undefined) return false
    await settle(deps.store, begun.key, wasSaid)
    const again = await readGroup(deps.store, rows)
    return tellOne(deps, { decision, place }, again)
  }
  const [note] = planDriftNotes(rows)
  if (!note || !(await deps.mayHear(decision, note.repository))) return true
  const key = randomUUID()
  if (!(await begin(deps, note, key))) return false
  const posted = await deps.voice.post(place, toWords(decision, note), key)
  if (posted === 'not-now') return false
  await settle(deps.store, key, true)
  return true
}

function toWords(decision: Decision, { repository, kind, broken }: DriftNote): DriftWords {
  return {
    name: nameDecision(decision),
    title: decision.body.title,
    repository,
    sha: broken[0]?.sha ?? '',
    kind,
    checks: broken.map(recallCheck),
  }
}

/** Marks that a note is about to be said; false when somebody else began one, or its repository got another name. */
function begin({ store, owner, now }: DriftDeps, note: DriftNote, key: string): Promise<boolean> {
  return store.write(async (tx) => {
    const rows = await tx.select().from(decisionChecks).where(isOf(note))
    if (rows.length === 0 || rows.some(({ telling }) => telling !== null)) return false
    for (const { assertion, told } of note.tell)
      await tx
        .update(decisionChecks)
        .set({ telling: { owner, key, sinceMs: now(), told } })
        .where(and(isOf(note), eq(decisionChecks.assertion, assertion)))
    return true
  })
}

/** Records that a note was said, or that it was not and may be begun again. */
function settle(store: Store, key: string, wasSaid: boolean): Promise<void> {
  return store.write(async (tx) => {
    const rows = await tx.select().from(decisionChecks).where(isNotNull(decisionChecks.telling))
    for (const row of rows.filter(({ telling }) => telling?.key === key))
      await tx
        .update(decisionChecks)
        .set({ telling: null, told: wasSaid ? (row.telling?.told ?? null) : row.told })
        .where(and(isOf(row), eq(decisionChecks.assertion, row.assertion)))
  })
}

/** The checks of which a thread may have something to hear, by decision and repository. */
async function readOpen(store: Store): Promise<CheckRow[][]> {
  const { outcome, told, telling } = decisionChecks
  const rows = await store.read
    .select()
    .from(decisionChecks)
    .where(or(eq(outcome, 'broken'), like(told, 'broken%'), isNotNull(telling)))
  return [...Map.groupBy(rows, ({ decisionId, repository }) => `${decisionId} ${repository}`).values()]
}

async function readGroup(store: Store, [first]: readonly CheckRow[]): Promise<CheckRow[]> {
  return first ? store.read.select().from(decisionChecks).where(isOf(first)) : []
}

/** An accepted decision with where it is told of: its thread, else its card, else its channel; others have nothing to be told. */
async function findPlace(store: Store, id: string): Promise<{ decision: Decision; place: NotePlace } | undefined> {
  const isLive = and(eq(decisions.id, id), eq(decisions.status, 'accepted'))
  const [row] = await store.read.select().from(decisions).where(isLive)
  if (!row) return undefined
  const decision = fromRow(row)
  const { teamId, channelId } = decision
  const card = (await listCards(store, id)).find((each) => each.channelId === channelId)
  return { decision, place: { teamId, channelId, threadTs: decision.threadTs ?? card?.ts } }
}

function isOf({ decisionId, repository }: Pick<CheckRow, 'decisionId' | 'repository'>) {
  return and(eq(decisionChecks.decisionId, decisionId), eq(decisionChecks.repository, repository))
}

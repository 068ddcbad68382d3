import { and, eq, inArray } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import { decisionFiles } from '../db/schema.ts'
import { insertImported, replaceImported } from './keep-imported.ts'
import type { Actor, Decision } from './decision.ts'
import { statusOfFile, toRecord } from './madr/file-of-decision.ts'
import type { MadrRecord } from './madr/madr-record.ts'
import { hashContent, type SyncedFile } from './madr/plan-sync.ts'
import { fromMadr } from './madr/read-madr.ts'
import { toMadr } from './madr/write-madr.ts'

/** Where imported decisions come from and which channel they belong to. */
export interface ImportPlace {
  teamId: string
  channelId: string
  /** `owner/name` */
  repository: string
}

/** What became of each file; every file that was given is in one of the lists, unless somebody else took it over meanwhile. */
export interface Imported {
  imported: Decision[]
  updated: Decision[]
  /** Files that were not taken over, each with a sentence that says why and what to do. */
  refused: { path: string; sentence: string }[]
}

/** What both sides of a repository last agreed on. */
export async function listSynced(store: Store, teamId: string, repository: string): Promise<SyncedFile[]> {
  const { path, decisionId, contentHash, renderedHash } = decisionFiles
  return store.read
    .select({ path, decisionId, contentHash, renderedHash })
    .from(decisionFiles)
    .where(and(eq(decisionFiles.teamId, teamId), eq(decisionFiles.repository, repository.toLowerCase())))
}

/** Remembers what both sides agree on now. */
export function rememberSynced(
  store: Store,
  place: Pick<ImportPlace, 'teamId' | 'repository'>,
  files: readonly SyncedFile[],
  now: number,
): Promise<void> {
  return store.write((tx) => remember(tx, place, files, now))
}

async function remember(
  tx: Database,
  { teamId, repository }: Pick<ImportPlace, 'teamId' | 'repository'>,
  files: readonly SyncedFile[],
  now: number,
): Promise<void> {
  for (const file of files) {
    const row = { teamId, repository: repository.toLowerCase(), ...file, syncedAt: now }
    const target = [decisionFiles.teamId, decisionFiles.repository, decisionFiles.path]
    await tx.insert(decisionFiles).values(row).onConflictDoUpdate({ target, set: row })
  }
}

/** No file of these paths counts as agreed on any more. */
export async function forgetSynced(
  store: Store,
  { teamId, repository }: Pick<ImportPlace, 'teamId' | 'repository'>,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return
  await store.write(async (tx) => {
    await tx
      .delete(decisionFiles)
      .where(
        and(
          eq(decisionFiles.teamId, teamId),
          eq(decisionFiles.repository, repository.toLowerCase()),
          inArray(decisionFiles.path, [...paths]),
        ),
      )
  })
}

/**
 * Takes over files that are new in a repository, and files of imported decisions that changed there; the old body stays
 * in the audit trail. A decision that was made here is not changed by its file.
 */
export async function importFiles(
  store: Store,
  place: ImportPlace,
  files: ReadonlyMap<string, string>,
  actor: Actor,
  now: number,
  newId: () => string,
): Promise<Imported> {
  const result: Imported = { imported: [], updated: [], refused: [] }
  const synced = new Map((await listSynced(store, place.teamId, place.repository)).map((file) => [file.path, file]))
  for (const [path, text] of files) {
    const record = fromMadr(text, path)
    const known = synced.get(path)
    if (!record) result.refused.push({ path, sentence: `${path} is empty, so there is nothing to import.` })
    else if (known) await update(store, place, { path, text, record, id: known.decisionId }, actor, now, result)
    else await add(store, place, { path, text, record, id: newId() }, actor, now, result)
  }
  return result
}

interface ReadFile {
  path: string
  text: string
  record: MadrRecord
  id: string
}

/** The decision and where it comes from are stored in one step: a file that was begun is not taken over a second time. */
async function add(
  store: Store,
  place: ImportPlace,
  file: ReadFile,
  actor: Actor,
  now: number,
  result: Imported,
): Promise<void> {
  const decision = await store.write(async (tx) => {
    if (await isTaken(tx, place, file.path)) return undefined
    const added = await insertImported(tx, toDecision(place, file, actor, now), file.path, actor, now)
    await remember(tx, place, [agreed(file, added)], now)
    return added
  })
  if (decision) result.imported.push(decision)
}

async function isTaken(tx: Database, { teamId, repository }: ImportPlace, path: string): Promise<boolean> {
  const { teamId: team, repository: name, path: at } = decisionFiles
  const isFile = and(eq(team, teamId), eq(name, repository.toLowerCase()), eq(at, path))
  return (await tx.select({ path: at }).from(decisionFiles).where(isFile)).length > 0
}

async function update(
  store: Store,
  place: ImportPlace,
  file: ReadFile,
  actor: Actor,
  now: number,
  result: Imported,
): Promise<void> {
  const read = toDecision(place, file, actor, now)
  const decision = await store.write(async (tx) => {
    const replaced = await replaceImported(tx, read, file.path, actor, now)
    // Amendments that the file does not hold are for the next export.
    if (replaced) await remember(tx, place, [agreed(file, { ...replaced, amendments: read.amendments })], now)
    return replaced
  })
  if (decision) result.updated.push(decision)
  else {
    const sentence = `${file.path} was changed in the repository, but its decision was made or settled here and does not change by its file. Add an amendment, or export it again.`
    result.refused.push({ path: file.path, sentence })
  }
}

function agreed({ path, text, record, id }: ReadFile, decision: Decision): SyncedFile {
  const names = { person: (name: string) => name, reference: () => undefined }
  const rendered = toMadr(toRecord(decision, record.number, names))
  return { path, decisionId: id, contentHash: hashContent(text), renderedHash: hashContent(rendered) }
}

function toDecision(place: ImportPlace, { path, record, id }: ReadFile, actor: Actor, now: number): Decision {
  const { teamId, channelId, repository } = place
  const at = toMs(record.date) ?? now
  return {
    id,
    teamId,
    channelId,
    number: undefined,
    threadTs: undefined,
    threadLink: record.thread,
    visibility: 'channel',
    status: statusOfFile(record),
    body: { ...record.body, repository: record.body.repository ?? repository },
    checks: record.checks,
    reviewBy: toMs(record.reviewBy),
    supersedes: [],
    supersededBy: undefined,
    reopens: undefined,
    importedFrom: {
      repository: repository.toLowerCase(),
      path,
      statusNote: record.statusNote,
      supersedes: record.supersedes,
      supersededBy: record.supersededBy,
      otherFields: record.otherFields,
    },
    votes: [],
    amendments: record.amendments.map(({ date, by, text }) => ({ text, by, at: toMs(date) ?? now })),
    reason: record.reason,
    createdBy: actor.userId,
    createdAt: at,
    changedAt: now,
    decidedAt: at,
    version: 1,
  }
}

function toMs(date: string | undefined): number | undefined {
  const ms = Date.parse(date ?? '')
  return Number.isNaN(ms) ? undefined : ms
}

import { areas, type Depth, type FileStatus, type Ledger, type ReviewArea } from './review.ts'

/** One file of the target and what became of it; `reason` says in a short noun why it was not read whole. */
export interface FileRecord {
  path: string
  status: FileStatus
  reason: string | undefined
}

/** What decides whether an area was looked at: the files that matter to it, and limits that no file shows. */
export interface AreaScope {
  files: ReadonlySet<string>
  /** Why the area is at most in part although its files were read, in a few words. */
  limit: string | undefined
}

const examplesPerReason = 5

/** Adds up what became of every file, and derives from it what may be said of each area. Every path counts once. */
export function buildLedger(
  records: readonly FileRecord[],
  scopes: Readonly<Record<ReviewArea, AreaScope>>,
  depth: Depth,
): Ledger {
  const byPath = new Map(records.map((record) => [record.path, record]))
  const unread = [...byPath.values()].filter(({ status }) => status !== 'read')
  const byReason = Map.groupBy(unread, ({ reason }) => reason ?? 'other')
  const count = (status: FileStatus) => [...byPath.values()].filter((record) => record.status === status).length
  const verdicts = areas.map((area) => [area, assessArea(area, scopes[area], byPath, depth)] as const)
  return {
    files: byPath.size,
    read: count('read'),
    inPart: count('in-part'),
    listed: count('listed'),
    excluded: count('excluded'),
    reasons: fromEntries([...byReason].map(([reason, group]) => [reason, group.length])),
    examples: fromEntries(
      [...byReason].map(([reason, group]) => [reason, group.slice(0, examplesPerReason).map(({ path }) => path)]),
    ),
    // Object.fromEntries forgets that every area has an entry.
    areas: Object.fromEntries(verdicts.map(([area, { status }]) => [area, status])) as Ledger['areas'],
    areaReasons: Object.fromEntries(verdicts.flatMap(([area, { reason }]) => (reason ? [[area, reason]] : []))),
  }
}

// Not Object.fromEntries: a file's reason comes from our own words, but an object without a prototype costs nothing.
function fromEntries<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

type AreaVerdict = { status: 'assessed' | 'in-part' | 'not-assessed'; reason: string | undefined }

function assessArea(
  area: ReviewArea,
  { files, limit }: AreaScope,
  byPath: ReadonlyMap<string, FileRecord>,
  depth: Depth,
): AreaVerdict {
  if (area === 'testing' && depth !== 'deep') return { status: 'not-assessed', reason: 'only Deep looks at tests' }
  const relevant = [...files].flatMap((path) => byPath.get(path) ?? [])
  const unread = relevant.filter(({ status }) => status === 'listed' || status === 'excluded')
  const missing = relevant.filter(({ status }) => status !== 'read')
  if (relevant.length === 0) return limit ? { status: 'not-assessed', reason: limit } : assessedOrEmpty(byPath)
  if (unread.length === relevant.length) return { status: 'not-assessed', reason: describeMissing(missing, relevant) }
  if (missing.length > 0) return { status: 'in-part', reason: describeMissing(missing, relevant) }
  return limit ? { status: 'in-part', reason: limit } : { status: 'assessed', reason: undefined }
}

/** An area that no file belongs to was looked for; with nothing read at all, not even that. */
function assessedOrEmpty(byPath: ReadonlyMap<string, FileRecord>): AreaVerdict {
  const anyRead = [...byPath.values()].some(({ status }) => status === 'read')
  return anyRead
    ? { status: 'assessed', reason: undefined }
    : { status: 'not-assessed', reason: 'nothing of it was read' }
}

function describeMissing(missing: readonly FileRecord[], relevant: readonly FileRecord[]): string {
  const reasons = [...new Set(missing.map(({ reason }) => reason ?? 'other'))].slice(0, 3)
  return `${missing.length} of ${relevant.length} ${relevant.length === 1 ? 'file' : 'files'} not read whole (${reasons.join(', ')})`
}

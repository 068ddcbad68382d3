import { randomUUID } from 'node:crypto'
import { and, asc, desc, eq, inArray, isNull, lte, ne, notLike } from 'drizzle-orm'
import type { Database, Store } from '../../db/open-store.ts'
import { type DigestCounts, digests } from '../../db/schema.ts'
import { askedPeriod, catchUpMs, notRunning, type DueDigest, nextUnsent, planDigests } from './plan-digests.ts'
import type { DigestChannel, DigestSetting } from './settings.ts'

export type DigestRow = typeof digests.$inferSelect

/** Thrown when another process has taken a digest: whatever this one still wanted to say must not be said. */
export class LostDigestError extends Error {
  override name = 'LostDigestError'
}

/** Who sends digests, and how long it may be silent before another takes one over. */
export interface DigestWorker {
  owner: string
  leaseMs: number
}

/** Asks for a digest now; asking again with the same id changes nothing. */
export function askForDigest(store: Store, channel: DigestChannel, askId: string, now: number): Promise<void> {
  const due = { kind: 'send', period: askedPeriod(askId), dueAt: now } as const
  return store.write((tx) => openDigest(tx, channel, due, now))
}

/** Writes down the digests of a channel that have become due since the last look; one that is known stays as it is. */
export async function openDueDigests(store: Store, setting: DigestSetting, now: number): Promise<void> {
  const due = await planOf(store, setting, now)
  if (due.length === 0) return
  await store.write(async (tx) => {
    for (const one of due) await openDigest(tx, setting, one, now)
  })
}

async function planOf(store: Store, setting: DigestSetting, now: number): Promise<DueDigest[]> {
  return planDigests(setting, await readPeriods(store, setting), now)
}

/** When a channel's next digest comes: a week that had one gets no other, whatever its time is moved to. */
export async function findNextDigest(store: Store, setting: DigestSetting, now: number): Promise<number> {
  return nextUnsent(setting, await readPeriods(store, setting), now)
}

async function readPeriods(store: Store, channel: DigestChannel): Promise<ReadonlySet<string>> {
  const rows = await store.read
    .select({ period: digests.period })
    .from(digests)
    .where(isIn(channel))
    .orderBy(desc(digests.dueAt))
    .limit(100)
  return new Set(rows.map(({ period }) => period))
}

async function openDigest(tx: Database, channel: DigestChannel, due: DueDigest, now: number): Promise<void> {
  const { teamId, channelId } = channel
  const { period, dueAt } = due
  const common = { teamId, channelId, period, dueAt, owner: '', leaseUntil: 0, changedAt: now }
  await tx
    .insert(digests)
    .values(due.kind === 'send' ? { ...common, state: 'claimed' } : { ...common, state: 'skipped', reason: notRunning })
    .onConflictDoNothing()
}

/** Takes the next digest that nobody works on; undefined when there is none. */
export function claimDigest(store: Store, worker: DigestWorker, now: number): Promise<DigestRow | undefined> {
  return store.write(async (tx) => {
    const [free] = await tx
      .select()
      .from(digests)
      .where(and(eq(digests.state, 'claimed'), lte(digests.leaseUntil, now)))
      .orderBy(asc(digests.leaseUntil), asc(digests.dueAt))
      .limit(1)
    if (!free) return undefined
    // A claim has a name of its own, so that a process is fenced off from its own earlier one too.
    const held = { owner: `${worker.owner}:${randomUUID()}`, leaseUntil: now + worker.leaseMs, changedAt: now }
    const [row] = await tx.update(digests).set(held).where(isRow(free)).returning()
    return row
  })
}

/**
 * Ends at once the leases of processes known to be gone, so that a restart need not wait for them to run out. A digest that
 * may be on its way to Slack keeps its lease: only then is it certain to be seen in the channel if it was said.
 */
export async function releaseDigests(store: Store, isGone: (owner: string) => boolean): Promise<void> {
  const open = and(eq(digests.state, 'claimed'), ne(digests.owner, ''), isNull(digests.sendingSince))
  const rows = await store.read.selectDistinct({ owner: digests.owner }).from(digests).where(open)
  const gone = rows.map(({ owner }) => owner).filter(isGone)
  if (gone.length === 0) return
  await store.write(async (tx) => {
    await tx
      .update(digests)
      .set({ leaseUntil: 0 })
      .where(and(open, inArray(digests.owner, gone)))
  })
}

/** The owner's side of a claimed digest; every write throws LostDigestError when it is not ours any more. */
export class DigestHold {
  readonly row: DigestRow
  readonly #store: Store
  readonly #now: () => number

  constructor(store: Store, row: DigestRow, now: () => number) {
    this.row = row
    this.#store = store
    this.#now = now
  }

  /** Does what may take long while the lease is renewed. */
  async keep(leaseMs: number, work: () => Promise<void>): Promise<void> {
    const renew = () => void this.#save({ leaseUntil: this.#now() + leaseMs }).catch(() => clearInterval(timer))
    const timer = setInterval(renew, leaseMs / 3)
    try {
      await work()
    } finally {
      clearInterval(timer)
    }
  }

  /** Marks that it is about to be said: from here on, a successor looks into the channel first. */
  async beforeSaying(leaseMs: number): Promise<void> {
    const now = this.#now()
    await this.#save({ sendingSince: this.row.sendingSince ?? now, leaseUntil: now + leaseMs })
  }

  /** Records the message. False when another worker has the digest and does not know this one: it is one too many. */
  async said(ts: string, counts: DigestCounts): Promise<boolean> {
    try {
      await this.#save({ state: 'sent', ts, counts, sendingSince: null })
      return true
    } catch (error) {
      if (!(error instanceof LostDigestError)) throw error
      const [row] = await this.#store.read.select().from(digests).where(isRow(this.row))
      return row?.ts === ts
    }
  }

  /** Ends it unsaid. */
  skip(reason: string, counts?: DigestCounts): Promise<void> {
    return this.#save({ state: 'skipped', reason, ...(counts && { counts }) })
  }

  /** Lets go of it until `at`, ms. */
  tryAgain(at: number, reason: string): Promise<void> {
    return this.#save({ leaseUntil: at, owner: '', reason })
  }

  /** Whether it has become too late for it. */
  isTooLate(): boolean {
    return this.#now() - this.row.dueAt > catchUpMs
  }

  async #save(change: Partial<DigestRow>): Promise<void> {
    const isOurs = and(isRow(this.row), eq(digests.owner, this.row.owner), eq(digests.state, 'claimed'))
    const rows = await this.#store.write((tx) =>
      tx
        .update(digests)
        .set({ ...change, changedAt: this.#now() })
        .where(isOurs)
        .returning({ period: digests.period })
        .execute(),
    )
    if (rows.length === 0) throw new LostDigestError('another worker has this digest')
  }
}

/** The last regular digest of a channel that was sent before `beforeMs`. */
export async function findLastSent(
  store: Store,
  channel: DigestChannel,
  beforeMs: number,
): Promise<DigestRow | undefined> {
  const isRegular = notLike(digests.period, 'asked:%')
  const [row] = await store.read
    .select()
    .from(digests)
    .where(and(isIn(channel), eq(digests.state, 'sent'), isRegular, lte(digests.dueAt, beforeMs - 1)))
    .orderBy(desc(digests.dueAt))
    .limit(1)
  return row
}

function isIn({ teamId, channelId }: DigestChannel) {
  return and(eq(digests.teamId, teamId), eq(digests.channelId, channelId))
}

function isRow(row: DigestChannel & { period: string }) {
  return and(isIn(row), eq(digests.period, row.period))
}

import { setTimeout as sleep } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Store } from '../../src/db/open-store.ts'
import { inbox, replies, turns } from '../../src/db/schema.ts'
import { acceptMessage } from '../../src/turns/accept-message.ts'
import { claimTurn, releaseLeases } from '../../src/turns/claim-turn.ts'
import { LostLeaseError, TurnHold } from '../../src/turns/hold-turn.ts'
import { openTemporaryStore, openTemporaryStores } from '../support/temporary-store.ts'

const leaseMs = 1000

function accept(store: Store, threadTs: string, ts: string): Promise<unknown> {
  const message = { teamId: 'T1', channelId: 'C1', threadTs, ts, authorId: 'U1', text: `words ${ts}` }
  return acceptMessage(store, { ...message, mentioned: true, foreignAuthor: false }, 0)
}

const worker = (owner: string) => ({ owner, leaseMs, isIdle: true })

async function claimOne(store: Store, owner: string, now: number) {
  const claim = await claimTurn(store, worker(owner), now)
  if (!claim) throw new Error('nothing was due')
  return claim
}

test('two workers over one database answer every message of ten threads once, in order, and never two turns of a thread at a time', async () => {
  const stores = openTemporaryStores(2)
  const [first] = stores
  if (!first) throw new Error('no store')
  const open = new Set<string>()
  const answered = new Map<string, string[]>()
  let overlaps = 0
  let left = 150

  const work = async (store: Store, index: number) => {
    while (left > 0) {
      const claim = await claimTurn(store, worker(`worker ${index}`), 0)
      if (!claim) {
        await sleep(1)
        continue
      }
      const { threadTs, id } = claim.turn
      if (open.has(threadTs)) overlaps++
      open.add(threadTs)
      const rows = await store.read.select().from(inbox).where(eq(inbox.turnId, id)).orderBy(inbox.id)
      await sleep(Math.random() * 3)
      answered.set(threadTs, [...(answered.get(threadTs) ?? []), ...rows.map(({ ts }) => ts)])
      open.delete(threadTs)
      await new TurnHold({ store, now: () => 0, leaseMs }, claim.turn).finish({ outcome: 'answered' }, undefined)
      left -= rows.length
    }
  }
  const asking = async () => {
    for (let message = 0; message < 15; message++)
      for (let thread = 0; thread < 10; thread++) await accept(first, `1${thread}.0`, `${thread}.${100 + message}`)
  }
  await Promise.all([asking(), ...stores.map(work)])

  expect(overlaps).toBe(0)
  for (const [threadTs, order] of answered)
    expect(order).toEqual(Array.from({ length: 15 }, (_, message) => `${threadTs[1]}.${100 + message}`))
})

test('a worker that was silent for longer than its lease can write nothing any more', async () => {
  const store = openTemporaryStore()
  await accept(store, '1.0', '1.0')
  const { turn } = await claimOne(store, 'slow', 0)
  const slow = new TurnHold({ store, now: () => 0, leaseMs }, turn)
  expect(await claimTurn(store, worker('other'), leaseMs - 1)).toBeUndefined()
  const taken = await claimOne(store, 'other', leaseMs)

  expect(taken.turn).toMatchObject({ id: turn.id, epoch: turn.epoch + 1, attempts: 2 })
  await expect(slow.beforeSaying()).rejects.toThrow(LostLeaseError)
  await expect(slow.renew()).rejects.toThrow(LostLeaseError)
  await expect(slow.finish({}, { ts: '2.0', authorId: 'A', text: '' })).rejects.toThrow(LostLeaseError)
  expect(await slow.isHeld()).toBe(false)
})

test('what a worker said without knowing that it had lost the turn is one too many, unless its successor has found it', async () => {
  const store = openTemporaryStore()
  await accept(store, '1.0', '1.0')
  const slow = new TurnHold({ store, now: () => 0, leaseMs }, (await claimOne(store, 'slow', 0)).turn)
  const successor = new TurnHold({ store, now: () => 0, leaseMs }, (await claimOne(store, 'other', leaseMs)).turn)

  expect(await slow.said('5.0')).toBe(false)
  expect(await successor.said('6.0')).toBe(true)
  expect(await slow.said('6.0')).toBe(true)
  expect((await store.read.select().from(replies)).map(({ ts }) => ts)).toEqual(['6.0'])
})

test('the turns of a dead process are due at once, those of a living one are not', async () => {
  const store = openTemporaryStore()
  await accept(store, '1.0', '1.0')
  await accept(store, '2.0', '2.0')
  await claimOne(store, 'dead', 0)
  await claimOne(store, 'alive', 0)
  await releaseLeases(store, (owner) => owner === 'dead')

  expect((await claimOne(store, 'next', 1)).turn).toMatchObject({ threadTs: '1.0', owner: 'next' })
  expect(await claimTurn(store, worker('next'), 1)).toBeUndefined()
})

test('a turn with which the process died twice waits until nothing else runs, then runs alone', async () => {
  const store = openTemporaryStore()
  await accept(store, '1.0', '1.0')
  for (const attempt of [0, 1]) expect(await claimOne(store, 'w', attempt * leaseMs)).toMatchObject({ alone: false })

  expect(await claimTurn(store, { ...worker('w'), isIdle: false }, 2 * leaseMs)).toBeUndefined()
  expect(await claimOne(store, 'w', 2 * leaseMs)).toMatchObject({ alone: true, exhausted: false })
})

test('a turn with which the process always dies is given up after five attempts, and after three farewells left alone', async () => {
  const store = openTemporaryStore()
  await accept(store, '1.0', '1.0')
  const exhausted: boolean[] = []
  for (let attempt = 0; ; attempt++) {
    const claim = await claimTurn(store, worker('w'), attempt * leaseMs)
    if (!claim) break
    exhausted.push(claim.exhausted)
  }

  expect(exhausted).toEqual([false, false, false, false, false, true, true, true])
  expect(await store.read.select({ state: turns.state }).from(turns)).toEqual([{ state: 'dead' }])
})

test('a turn that is put back waits until another answer of its thread is finished', async () => {
  const store = openTemporaryStore()
  await accept(store, '1.0', '1.0')
  const old = new TurnHold({ store, now: () => 0, leaseMs }, (await claimOne(store, 'w', 0)).turn)
  await old.save({ state: 'dead' })
  await accept(store, '1.0', '2.0')
  const other = new TurnHold({ store, now: () => 0, leaseMs }, (await claimOne(store, 'w', 0)).turn)
  await store.write(
    async (tx) => void (await tx.update(turns).set({ state: 'waiting' }).where(eq(turns.id, old.turn.id))),
  )

  expect(await claimTurn(store, worker('w'), 1)).toBeUndefined()
  await other.finish({ outcome: 'answered' }, undefined)
  expect((await claimOne(store, 'w', 1)).turn.id).toBe(old.turn.id)
})

import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Store } from '../../src/db/open-store.ts'
import { digests, digestSettings } from '../../src/db/schema.ts'
import { askForDigest } from '../../src/decisions/digest/claim-digest.ts'
import type { Digest } from '../../src/decisions/digest/digest.ts'
import type { Posted, PostRun } from '../../src/decisions/digest/send-digest.ts'
import { type DigestChange, findDigestSetting, setDigest } from '../../src/decisions/digest/settings.ts'
import { DigestSchedule } from '../../src/jobs/digest-schedule.ts'
import { createLog } from '../../src/log.ts'
import { openTemporaryStore, openTemporaryStores } from '../support/temporary-store.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const leaseMs = 2 * minuteMs
const channel = { teamId: 'T1', channelId: 'C1' }
const monday = Date.parse('2026-11-23T08:00:00Z')
const weekly = { on: true, weekday: 1, time: '09:00', zone: 'Europe/Berlin', quietWeeks: 'say-so' } as const

/** A channel that remembers what was posted in it, and a Slack that answers as told. */
class Room {
  readonly posted: { runId: string; ts: string }[] = []
  readonly looked: PostRun[] = []
  answer: (digest: Digest, run: PostRun) => Posted | Promise<Posted> = () => ({ kind: 'sent', ts: '' })

  async post(_channel: object, digest: Digest, run: PostRun): Promise<Posted> {
    this.looked.push(run)
    const earlier = this.posted.find(({ runId }) => runId === run.runId)
    if (earlier && run.mayHaveSentSince !== undefined) return { kind: 'sent', ts: earlier.ts }
    const answer = await this.answer(digest, run)
    return answer.kind === 'sent' ? { kind: 'sent', ts: this.say(run) } : answer
  }

  say({ runId }: PostRun): string {
    const ts = `${this.posted.length + 1}.0`
    this.posted.push({ runId, ts })
    return ts
  }

  async remove(_channel: object, ts: string): Promise<void> {
    const at = this.posted.findIndex((message) => message.ts === ts)
    if (at >= 0) this.posted.splice(at, 1)
  }
}

function startSchedule(store: Store, room: Room, clock: { now: number }, owner = 'a') {
  return new DigestSchedule({
    store,
    voice: room,
    describeChannel: async () => ({ shared: false }),
    permalink: async () => undefined,
    owner,
    leaseMs,
    tickMs: minuteMs,
    now: () => clock.now,
    log: createLog('silent'),
  })
}

async function setUp(change: DigestChange = {}) {
  const store = openTemporaryStore()
  await setDigest(store, channel, { ...weekly, ...change }, { userId: 'U1', now: monday - 24 * hourMs })
  const room = new Room()
  const clock = { now: monday - hourMs }
  const schedule = startSchedule(store, room, clock)
  const lookAt = (now: number) => {
    clock.now = now
    return schedule.look()
  }
  const rows = () => store.read.select().from(digests).orderBy(digests.dueAt)
  return { store, room, clock, schedule, lookAt, rows }
}

test('a digest comes at its time, once, however often one looks', async () => {
  const { room, lookAt, rows } = await setUp()
  await lookAt(monday - 1)
  expect(room.posted).toEqual([])
  for (const minute of [0, 1, 2, 60, 24 * 60]) await lookAt(monday + minute * minuteMs)
  expect(room.posted).toEqual([{ runId: '2026-W48', ts: '1.0' }])
  expect(await rows()).toMatchObject([{ state: 'sent', ts: '1.0' }])
  await lookAt(monday + 7 * 24 * hourMs)
  expect(room.posted).toHaveLength(2)
})

test('two processes over one database at the same minute say one digest of each of many channels', async () => {
  const stores = openTemporaryStores(2)
  const [first] = stores
  if (!first) throw new Error('no store')
  const channels = Array.from({ length: 12 }, (_, index) => ({ teamId: 'T1', channelId: `C${index}` }))
  for (const one of channels) await setDigest(first, one, weekly, { userId: 'U1', now: monday - hourMs })
  const room = new Room()
  const clock = { now: monday }
  await Promise.all(stores.map((store, index) => startSchedule(store, room, clock, `p${index}`).look()))
  expect(room.posted).toHaveLength(12)
  expect((await first.read.select().from(digests)).map(({ state }) => state)).toEqual(channels.map(() => 'sent'))
})

test('a process that dies after Slack took the digest is followed by one that finds it', async () => {
  const { store, room, clock, lookAt, rows } = await setUp()
  const hanging = Promise.withResolvers<Posted>()
  room.answer = (_digest, run) => {
    room.say(run)
    return hanging.promise
  }
  void lookAt(monday)
  await expect.poll(() => room.posted.length).toBe(1)
  const successor = startSchedule(store, room, clock, 'b')
  await successor.look()
  expect(room.looked).toHaveLength(1)
  clock.now = monday + leaseMs
  await successor.look()
  expect(room.looked[1]).toEqual({ runId: '2026-W48', mayHaveSentSince: monday })
  expect(room.posted).toHaveLength(1)
  expect(await rows()).toMatchObject([{ state: 'sent', ts: '1.0' }])
  hanging.resolve({ kind: 'not-now', reason: 'late' })
})

test('a process that wakes up after another one has sent the digest takes its own message back', async () => {
  const { store, room, clock, lookAt, schedule } = await setUp()
  const frozen = Promise.withResolvers<Posted>()
  room.answer = () => frozen.promise
  void lookAt(monday)
  await expect.poll(() => room.looked.length).toBe(1)
  room.answer = () => ({ kind: 'sent', ts: '' })
  clock.now = monday + leaseMs
  await startSchedule(store, room, clock, 'b').look()
  expect(room.posted).toHaveLength(1)
  frozen.resolve({ kind: 'sent', ts: '' })
  await schedule.stop()
  expect(room.posted).toEqual([{ runId: '2026-W48', ts: '1.0' }])
})

test('a start within 48 hours catches a missed digest up, a later one writes it off', async () => {
  const soon = await setUp()
  await soon.lookAt(monday + 47 * hourMs)
  expect(soon.room.posted).toHaveLength(1)
  const late = await setUp()
  await late.lookAt(monday + 49 * hourMs)
  expect(late.room.posted).toEqual([])
  expect(await late.rows()).toMatchObject([{ state: 'skipped', reason: 'Architect was not running' }])
})

test('while Slack is away it is tried again, and comes when Slack is back', async () => {
  const { room, lookAt, rows } = await setUp()
  room.answer = () => ({ kind: 'not-now', reason: 'Slack was unreachable' })
  for (let minute = 0; minute < 180; minute++) await lookAt(monday + minute * minuteMs)
  expect(room.looked.length).toBeGreaterThan(5)
  expect(room.looked.length).toBeLessThan(60)
  room.answer = () => ({ kind: 'sent', ts: '' })
  await lookAt(monday + 4 * hourMs)
  expect(room.posted).toHaveLength(1)
  expect(await rows()).toMatchObject([{ state: 'sent' }])
})

test('when Slack stays away for 48 hours the digest is written off with the reason', async () => {
  const { room, lookAt, rows } = await setUp()
  room.answer = () => ({ kind: 'not-now', reason: 'Slack was unreachable' })
  for (let hour = 0; hour <= 50; hour++) await lookAt(monday + hour * hourMs)
  expect(await rows()).toMatchObject([{ state: 'skipped', reason: 'Slack was unreachable' }])
  room.answer = () => ({ kind: 'sent', ts: '' })
  await lookAt(monday + 51 * hourMs)
  expect(room.posted).toEqual([])
})

test('where the bot was removed the digest is turned off and says why', async () => {
  const { store, room, lookAt, rows } = await setUp()
  room.answer = () => ({ kind: 'gone', reason: 'I am not in the channel any more' })
  await lookAt(monday)
  expect(await rows()).toMatchObject([{ state: 'skipped' }])
  expect(await findDigestSetting(store, channel)).toMatchObject({
    on: false,
    offReason: 'I am not in the channel any more',
  })
  await lookAt(monday + 7 * 24 * hourMs)
  expect(room.looked).toHaveLength(1)
})

test('a quiet week is passed over in silence when the channel wants that', async () => {
  const { room, lookAt, rows } = await setUp({ quietWeeks: 'skip' })
  await lookAt(monday)
  expect(room.looked).toEqual([])
  expect(await rows()).toMatchObject([{ state: 'skipped', reason: 'a quiet week' }])
})

test('a digest that a person asks for comes at once, once for one command, and leaves the weekly one alone', async () => {
  const { store, room, lookAt } = await setUp({ quietWeeks: 'skip' })
  await askForDigest(store, channel, 'trigger-1', monday - hourMs)
  await askForDigest(store, channel, 'trigger-1', monday - hourMs)
  await lookAt(monday - hourMs)
  expect(room.posted.map(({ runId }) => runId)).toEqual(['asked:trigger-1'])
})

test('turned off between due and sent, it is not sent', async () => {
  const { store, room, lookAt, rows } = await setUp()
  room.answer = () => ({ kind: 'not-now', reason: 'Slack was unreachable' })
  await lookAt(monday)
  await setDigest(store, channel, { on: false, zone: 'UTC' }, { userId: 'U1', now: monday + 1 })
  room.answer = () => ({ kind: 'sent', ts: '' })
  await lookAt(monday + hourMs)
  expect(room.posted).toEqual([])
  expect(await rows()).toMatchObject([{ state: 'skipped', reason: 'turned off' }])
})

test.each([
  ['leaps over', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z'],
  ['repeats', '2026-10-25T00:00:00Z', '2026-10-25T00:30:00Z'],
])('a time that the clock %s comes once', async (_name, start, due) => {
  const { store, room, clock, schedule } = await setUp()
  await setDigest(store, channel, { ...weekly, weekday: 7, time: '02:30' }, { userId: 'U1', now: Date.parse(start) })
  for (let minute = 0; minute <= 180; minute += 10) {
    clock.now = Date.parse(start) + minute * minuteMs
    await schedule.look()
    expect(room.posted).toHaveLength(clock.now >= Date.parse(due) ? 1 : 0)
  }
})

test('a clock that is set back does not repeat a digest', async () => {
  const { room, lookAt } = await setUp()
  await lookAt(monday)
  await lookAt(monday - hourMs)
  await lookAt(monday)
  expect(room.posted).toHaveLength(1)
})

test('one channel whose zone cannot be read holds up no other', async () => {
  const { store, room, lookAt } = await setUp()
  await setDigest(store, { teamId: 'T1', channelId: 'C0' }, weekly, { userId: 'U1', now: monday - hourMs })
  await store.write(async (tx) => {
    await tx.update(digestSettings).set({ zone: 'Mars/Phobos' }).where(eq(digestSettings.channelId, 'C0'))
  })
  await lookAt(monday)
  expect(room.posted).toHaveLength(1)
})

import { pino } from 'pino'
import { expect, test } from 'vitest'
import { Dispatcher } from '../../src/jobs/dispatcher.ts'
import { isOwnerGone } from '../../src/jobs/owner.ts'
import type { Claim } from '../../src/turns/claim-turn.ts'
import { waitFor } from '../support/slack/wait.ts'

/** Turns to hand out, each `done` by hand, and what became of them. */
function createDesk(turns: { alone?: boolean }[], limit: number) {
  const begun: { end(): void; handedOver: boolean }[] = []
  const dispatcher = new Dispatcher({
    limit,
    pollMs: 60_000,
    log: pino({ level: 'silent' }),
    claim: async ({ isIdle }) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      const [next] = turns
      if (!next || (next.alone && !isIdle)) return undefined
      turns.shift()
      // The dispatcher looks at nothing but `alone`.
      return { alone: next.alone ?? false } as Claim
    },
    run: async () => {
      const { promise: done, resolve } = Promise.withResolvers<void>()
      const turn = { end: resolve, handedOver: false }
      begun.push(turn)
      const handOver = () => {
        turn.handedOver = true
        resolve()
      }
      return { done, checkStop: () => {}, handOver }
    },
  })
  return { dispatcher, begun }
}

test('no more turns run at once than the limit, and the next begins when one ends', async () => {
  const { dispatcher, begun } = createDesk([{}, {}, {}], 2)
  dispatcher.start()
  await waitFor(() => begun.length === 2)
  expect(dispatcher.running).toBe(2)

  begun[0]?.end()
  await waitFor(() => begun.length === 3)
  await dispatcher.drain(0)
})

test('a turn that must be alone waits for the others, and the others for it', async () => {
  const { dispatcher, begun } = createDesk([{}, { alone: true }, {}], 5)
  dispatcher.start()
  await waitFor(() => begun.length === 1)
  begun[0]?.end()
  await waitFor(() => begun.length === 2)
  dispatcher.ring()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(begun).toHaveLength(2)

  begun[1]?.end()
  await waitFor(() => begun.length === 3)
  await dispatcher.drain(0)
})

test('draining hands over what is not done in time, and what was being taken at that moment', async () => {
  const { dispatcher, begun } = createDesk([{}, {}], 5)
  dispatcher.start()
  await waitFor(() => begun.length === 1)
  await dispatcher.drain(10)

  expect(begun.map(({ handedOver }) => handedOver)).toEqual([true, true])
  expect(dispatcher.running).toBe(0)
})

test.each([
  ['another process of this host that runs', `here:${process.pid}:a`, 'here:1:b', false],
  ['a process of this host that ended', 'here:4194305:a', 'here:1:b', true],
  ['an earlier process with our own id', 'here:77:a', 'here:77:b', true],
  ['this process', 'here:77:a', 'here:77:a', false],
  ['any process of another host', 'there:4194305:a', 'here:1:b', false],
])('whether a lease belongs to a process that is gone: %s', (_name, owner, ours, gone) => {
  expect(isOwnerGone(owner, ours)).toBe(gone)
})

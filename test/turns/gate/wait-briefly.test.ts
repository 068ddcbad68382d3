import { expect, test } from 'vitest'
import { waitBriefly } from '../../../src/turns/gate/wait-briefly.ts'

const never = new Promise<string>(() => {})
const unhurried = new AbortController().signal

test('what comes in time is given, and what fails in time is thrown', async () => {
  expect(await waitBriefly(Promise.resolve('here'), 1_000, unhurried)).toBe('here')
  await expect(waitBriefly(Promise.reject(new Error('broken')), 1_000, unhurried)).rejects.toThrow('broken')
})

test('nobody waits longer than the limit, or at all once the work is stopped', async () => {
  expect(await waitBriefly(never, 1, unhurried)).toBeUndefined()
  expect(await waitBriefly(never, 60_000, AbortSignal.abort())).toBeUndefined()
})

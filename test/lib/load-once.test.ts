import { expect, test } from 'vitest'
import { loadOnce } from '../../src/lib/load-once.ts'

test('what is loaded is loaded once, however many ask at the same time', async () => {
  let loads = 0
  const load = loadOnce(async () => (loads += 1))
  expect(await Promise.all([load(), load()])).toEqual([1, 1])
  expect(await load()).toBe(1)
})

test('a load that failed is tried again by whoever asks next', async () => {
  const answers = [new Error('too many open files'), 'loaded']
  const load = loadOnce(async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  })
  await expect(load()).rejects.toThrow('too many open files')
  expect(await load()).toBe('loaded')
})

import { expect, test } from 'vitest'

import { planRetry } from '../../src/claude/retry.ts'
import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { asking, claudeOn, collect, key, unhurried } from '../support/anthropic/use-claude.ts'

const policy = { maxRetries: 3, baseDelayMs: 500, maxDelayMs: 20_000 }

test.each([
  ['the first wait', { kind: 'overloaded' }, 0, 0.5, 438],
  ['each next wait doubles', { kind: 'overloaded' }, 2, 0.999, 2000],
  ['a wait the provider asks for', { kind: 'rate-limited', retryAfterMs: 3000 }, 0, 0.5, 3000],
  ['a wait beyond the cap is not waited', { kind: 'rate-limited', retryAfterMs: 90_000 }, 0, 0.5, undefined],
  ['the tries run out', { kind: 'connection' }, 3, 0.5, undefined],
  ['a refusal stays one', { kind: 'refusal' }, 0, 0.5, undefined],
  ['a bad key stays one', { kind: 'bad-key' }, 0, 0.5, undefined],
  ['a stop is final', { kind: 'aborted' }, 0, 0.5, undefined],
] as const)('%s', (_name, failure, retriesSoFar, random, delayMs) => {
  expect(planRetry(failure, retriesSoFar, policy, random)).toBe(delayMs)
})

test.each([429, 500, 503, 529, 'drop-connection'] as const)('after %s the question is asked again', async (status) => {
  await using anthropic = await startAnthropic({ key })
  anthropic.fail({ status, times: 2 })
  anthropic.reply({ text: 'Here it is.' })
  const events = await collect(claudeOn(anthropic).answer(asking('Hello'), unhurried()))
  expect(events.filter((event) => event.type === 'retrying')).toHaveLength(2)
  expect(events.at(-1)).toMatchObject({ type: 'finished' })
})

test('a provider that stays overloaded is asked three times and no more', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.fail({ status: 529, times: 10 })
  const events = await collect(claudeOn(anthropic).answer(asking('Hello'), unhurried()))
  expect(anthropic.requests).toHaveLength(3)
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'overloaded' } })
})

test('a wait of ninety seconds is reported, not slept through', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.fail({ status: 429, retryAfter: 90 })
  const events = await collect(claudeOn(anthropic).answer(asking('Hello'), unhurried()))
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ failure: { kind: 'rate-limited', retryAfterMs: 90_000 } })
})

test('a stream that fails before its first word is asked for again', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'never', fault: { kind: 'error', afterChars: 0 } })
  anthropic.reply({ text: 'never', fault: { kind: 'cut', afterChars: 0 } })
  anthropic.reply({ text: 'Here it is.' })
  const events = await collect(claudeOn(anthropic).answer(asking('Hello'), unhurried()))
  expect(events.at(-1)).toMatchObject({ type: 'finished', content: [{ type: 'text', text: 'Here it is.' }] })
})

test('a stop during a wait ends the wait', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.fail({ status: 529, retryAfter: 50 })
  const claude = claudeOn(anthropic, { retry: { ...policy, maxDelayMs: 60_000 } })
  const stop = new AbortController()
  const events = []
  for await (const event of claude.answer(asking('Hello'), stop.signal)) {
    events.push(event)
    stop.abort()
  }
  expect(events.map((event) => event.type)).toEqual(['retrying', 'failed'])
  expect(events.at(-1)).toHaveProperty('failure', { kind: 'aborted' })
  expect(anthropic.requests).toHaveLength(1)
})

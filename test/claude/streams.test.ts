import { expect, test } from 'vitest'

import type { ModelEvent } from '../../src/claude/model.ts'
import type { Reply } from '../support/anthropic/script.ts'
import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { asking, claudeOn, collect, key, unhurried } from '../support/anthropic/use-claude.ts'

const half = 'The first half of it'
const whole = `${half} and the second half.`

async function answerTo(reply: Reply): Promise<ModelEvent[]> {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: whole, chunkSize: half.length, ...reply })
  const events = await collect(claudeOn(anthropic, { idleTimeoutMs: 150 }).answer(asking('Hello'), unhurried()))
  expect(anthropic.requests).toHaveLength(1)
  return events
}

test.each(['cut', 'eof'] as const)('a stream ended by %s keeps what was said', async (kind) => {
  const events = await answerTo({ fault: { kind, afterChars: 1 } })
  expect(events.at(-1)).toHaveProperty('failure', { kind: 'cut', text: half })
  expect(events.at(-1)).toHaveProperty('usage.inputTokens', expect.any(Number))
})

test('a stream that goes silent is given up', async () => {
  const events = await answerTo({ fault: { kind: 'stall', afterChars: 1 } })
  expect(events.at(-1)).toHaveProperty('failure', { kind: 'stalled', text: half })
})

test('a stream that only sends pings is given up too', async () => {
  const events = await answerTo({ fault: { kind: 'stall', afterChars: 1, pingMs: 20 } })
  expect(events.at(-1)).toHaveProperty('failure', { kind: 'stalled', text: half })
})

test('a slow stream is waited for as long as it keeps coming', async () => {
  const events = await answerTo({ chunkSize: 2, chunkMs: 30 })
  expect(events.at(-1)).toMatchObject({ type: 'finished' })
})

test('an error inside the stream is told by its type', async () => {
  const overloaded = await answerTo({ fault: { kind: 'error', afterChars: 1 } })
  expect(overloaded.at(-1)).toHaveProperty('failure', { kind: 'overloaded' })
  const broken = await answerTo({ fault: { kind: 'error', afterChars: 1, errorType: 'api_error' } })
  expect(broken.at(-1)).toHaveProperty('failure', { kind: 'server-error' })
})

test('a refusal carries its category', async () => {
  const named = await answerTo({ text: '', refusal: { category: 'cyber' } })
  expect(named.at(-1)).toHaveProperty('failure', { kind: 'refusal', category: 'cyber' })
  const unnamed = await answerTo({ text: '', refusal: { category: null } })
  expect(unnamed.at(-1)).toHaveProperty('failure', { kind: 'refusal' })
})

test('an answer that fills the window is too long', async () => {
  const events = await answerTo({ stopReason: 'model_context_window_exceeded' })
  expect(events.at(-1)).toHaveProperty('failure', { kind: 'context-too-long' })
})

test('an answer that ends for a reason we do not know has ended', async () => {
  const events = await answerTo({ stopReason: 'compaction' })
  expect(events.at(-1)).toMatchObject({ type: 'finished', stopReason: 'end_turn' })
})

test('stopping ends the answer and hangs up', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: whole, chunkSize: 1, chunkMs: 20 })
  const stop = new AbortController()
  const events: ModelEvent[] = []
  for await (const event of claudeOn(anthropic).answer(asking('Hello'), stop.signal)) {
    events.push(event)
    stop.abort()
  }
  expect(events.at(-1)).toHaveProperty('failure', { kind: 'aborted' })
  await expect.poll(() => anthropic.requests[0]?.hungUp()).toBe(true)
})

test('a signal already aborted asks nothing', async () => {
  await using anthropic = await startAnthropic({ key })
  const events = await collect(claudeOn(anthropic).answer(asking('Hello'), AbortSignal.abort()))
  expect(events).toHaveLength(1)
  expect(events[0]).toHaveProperty('failure', { kind: 'aborted' })
  expect(anthropic.requests).toHaveLength(0)
})

test('leaving early hangs up', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: whole, chunkSize: 1, chunkMs: 20 })
  for await (const event of claudeOn(anthropic).answer(asking('Hello'), unhurried())) {
    if (event.type === 'text') break
  }
  await expect.poll(() => anthropic.requests[0]?.hungUp()).toBe(true)
})

test('a reader slower than the stream still learns that it was cut', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: whole, chunkSize: 1, fault: { kind: 'error', afterChars: half.length } })
  const events: ModelEvent[] = []
  for await (const event of claudeOn(anthropic).answer(asking('Hello'), unhurried())) {
    events.push(event)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(events.filter((event) => event.type === 'text')).toHaveLength(half.length)
  expect(events.at(-1)).toHaveProperty('failure', { kind: 'overloaded' })
})

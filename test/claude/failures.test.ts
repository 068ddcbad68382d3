import { expect, test } from 'vitest'

import type { ExtractionFailure } from '../../src/claude/failures.ts'
import { sentenceFor } from '../../src/claude/sentences.ts'
import type { Failure } from '../support/anthropic/script.ts'
import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { asking, claudeOn, collect, key, unhurried } from '../support/anthropic/use-claude.ts'

const noRetries = { maxRetries: 0, baseDelayMs: 1, maxDelayMs: 1 }

const cases: readonly (readonly [string, Failure, ExtractionFailure])[] = [
  ['a rate limit', { status: 429, retryAfter: 7 }, { kind: 'rate-limited', retryAfterMs: 7000 }],
  ['a rate limit without a time', { status: 429 }, { kind: 'rate-limited' }],
  ['a nonsense time', { status: 429, retryAfter: 'soon' }, { kind: 'rate-limited' }],
  ['an overload', { status: 529 }, { kind: 'overloaded' }],
  ['an error of the API', { status: 500 }, { kind: 'server-error' }],
  ['a gateway error page', { status: 502, type: '' }, { kind: 'server-error' }],
  ['an account without credit', { status: 402 }, { kind: 'no-credit' }],
  ['no credit, the older way', { status: 400, message: 'Your credit balance is too low' }, { kind: 'no-credit' }],
  ['a spending limit', { status: 400, errorCode: 'enforced_spend_limit_reached' }, { kind: 'no-credit' }],
  ['a key that may not', { status: 403 }, { kind: 'no-permission' }],
  ['a body too large', { status: 413 }, { kind: 'context-too-long' }],
  ['a bad request', { status: 400 }, { kind: 'invalid-request' }],
  ['an address that is not the API', { status: 404, type: '' }, { kind: 'wrong-address' }],
  ['a reset connection', { status: 'drop-connection' }, { kind: 'connection' }],
]

test.each(cases)('%s is told apart', async (_name, failure, expected) => {
  await using anthropic = await startAnthropic({ key })
  anthropic.fail(failure)
  const claude = claudeOn(anthropic, { retry: noRetries })
  const events = await collect(claude.answer(asking('Hello'), unhurried()))
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ type: 'failed' })
  expect(events[0]).toHaveProperty('failure', expected)
})

test('a Retry-After date is a wait from now', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.fail({ status: 429, retryAfter: new Date(Date.now() + 60_000).toUTCString() })
  const claude = claudeOn(anthropic, { retry: noRetries })
  const [event] = await collect(claude.answer(asking('Hello'), unhurried()))
  expect(event).toMatchObject({ failure: { kind: 'rate-limited', retryAfterMs: expect.any(Number) } })
})

test.each(['wrong', 'two\nlines', 'clé', 'key \u{1F511}', ''])('the key %j is refused as a key', async (apiKey) => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic, { apiKey })
  const [event] = await collect(claude.answer(asking('Hello'), unhurried()))
  expect(event).toHaveProperty('failure', { kind: 'bad-key' })
})

test('an unknown model is named', async () => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic, { model: 'claude-opus-99' })
  const [event] = await collect(claude.answer(asking('Hello'), unhurried()))
  expect(event).toHaveProperty('failure', { kind: 'unknown-model', model: 'claude-opus-99' })
})

test('a prompt over the limit of the model is too long', async () => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic, { model: 'claude-haiku-4-5' })
  const [event] = await collect(claude.answer(asking('x'.repeat(900_000)), unhurried()))
  expect(event).toHaveProperty('failure', { kind: 'context-too-long' })
})

test('nothing listening is a connection failure', async () => {
  const claude = claudeOn({ url: 'http://127.0.0.1:1' }, { retry: noRetries })
  const [event] = await collect(claude.answer(asking('Hello'), unhurried()))
  expect(event).toMatchObject({ failure: { kind: 'connection' }, diagnostic: { message: expect.any(String) } })
})

test('an answer that never starts is a connection failure', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.fail({ status: 'never-answer' })
  const claude = claudeOn(anthropic, { retry: noRetries, connectTimeoutMs: 50 })
  const [event] = await collect(claude.answer(asking('Hello'), unhurried()))
  expect(event).toHaveProperty('failure', { kind: 'connection' })
})

test('every failure has a sentence that ends, and none repeats what the provider said', () => {
  const failures: ExtractionFailure[] = [
    ...cases.map(([, , failure]) => failure),
    { kind: 'rate-limited', retryAfterMs: 400_000 },
    { kind: 'stalled', text: 'partial' },
    { kind: 'cut', text: 'partial' },
    { kind: 'refusal' },
    { kind: 'refusal', category: 'cyber' },
    { kind: 'refusal', category: 'bio' },
    { kind: 'refusal', category: 'frontier_llm' },
    { kind: 'refusal', category: 'reasoning_extraction' },
    { kind: 'refusal', category: 'general_harms' },
    { kind: 'bad-key' },
    { kind: 'unknown-model', model: 'claude-x' },
    { kind: 'aborted' },
    { kind: 'unusable-answer', reason: 'cut-short' },
    { kind: 'unusable-answer', reason: 'not-the-shape' },
  ]
  for (const failure of failures) {
    const sentence = sentenceFor(failure)
    expect(sentence).toMatch(/^[A-Z].*\.$/)
    expect(sentence).not.toMatch(/partial|undefined|_error|NaN/)
  }
  expect(sentenceFor({ kind: 'rate-limited', retryAfterMs: 400_000 })).toContain('7 minutes')
})

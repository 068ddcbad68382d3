import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateReview } from '../../../src/reviews/narrative/estimate-review.ts'
import { billOf } from '../../support/anthropic/bill-of.ts'
import type { Failure, MessageRequest, Reply } from '../../support/anthropic/script.ts'
import { startAnthropic } from '../../support/anthropic/start-anthropic.ts'
import { key } from '../../support/anthropic/use-claude.ts'
import { startRegistry } from '../../support/npm/start-registry.ts'
import { askedAreas, claim, inputOf, narrateOn, nothingSaid } from './review-scene.ts'

const input = inputOf()
const files = [...input.files].map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }))
const estimate = estimateReview({ files, model: 'claude-opus-5-5', allowUnpriced: false, leftUsd: undefined })
const { priceUsd = 0, capUsd = 0 } = estimate.standard

/** An answer that fills a share of what it may. */
function fill({ body }: MessageRequest, share: number, more: Partial<Reply> = {}): Reply {
  const fix = { ...claim().fix, code: 'await orders.map((' }
  const json = { ...nothingSaid, findings: [claim({ fix })] }
  const room = Math.max(0, body.max_tokens * 4 - JSON.stringify(json).length * 1.2 - 400)
  return { json: { ...json, verdict: 'x'.repeat(Math.floor(room * share)) }, chunkSize: 8192, ...more }
}

interface Step {
  kind: 'answer' | 'cut' | 'eof' | 'error' | 'cut-short' | 'refusal' | 'overloaded' | 'drop'
  share: number
  afterChars: number
}

function play(request: MessageRequest, { kind, share, afterChars }: Step): Reply | Failure {
  switch (kind) {
    case 'answer':
      return fill(request, share)
    case 'cut':
    case 'eof':
    case 'error':
      return fill(request, share, { fault: { kind, afterChars } })
    case 'cut-short':
      return fill(request, share, { stopReason: 'max_tokens' })
    case 'refusal':
      return fill(request, share, { refusal: { category: 'cyber' } })
    case 'overloaded':
      return { status: 529 }
    case 'drop':
      return { status: 'drop-connection' }
  }
}

const anyStep = fc.record<Step>({
  kind: fc.constantFrom(
    ...(['answer', 'answer', 'answer', 'cut', 'cut', 'cut', 'eof', 'error'] as const),
    ...(['cut-short', 'refusal', 'overloaded', 'drop'] as const),
  ),
  share: fc.constantFrom(0, 0.5, 1, 1),
  afterChars: fc.constantFrom(0, 40),
})

test('the cap is never passed, whatever the model answers and however often the review is begun again', async () => {
  await using npm = await startRegistry()
  const anyReview = fc.record({
    cap: fc.double({ min: 0.1, max: 1.2, noNaN: true }).map((share) => priceUsd * share),
    steps: fc.array(anyStep, { minLength: 1, maxLength: 8 }),
    restarts: fc.nat(5),
  })
  await fc.assert(
    fc.asyncProperty(anyReview, async ({ cap, steps, restarts }) => {
      await using anthropic = await startAnthropic({ key })
      let at = 0
      anthropic.replyWith((request) =>
        play(request, steps[(at += 1) % steps.length] ?? { kind: 'answer', share: 1, afterChars: 0 }),
      )
      let kept: unknown
      for (let run = 0; run <= restarts; run += 1) {
        const keep = (parts: unknown) => Promise.resolve(void (kept = structuredClone(parts)))
        await narrateOn({ anthropic, registryUrl: npm.url }, { ...input, capUsd: cap, kept, keep })
      }
      expect(billOf(anthropic)).toBeLessThanOrEqual(cap)
    }),
    { numRuns: 60 },
  )
})

test('a crash during any call keeps the cap', async () => {
  await using npm = await startRegistry()
  for (const crashAfter of [1, 2, 3, 4, 5, 6]) {
    await using anthropic = await startAnthropic({ key })
    anthropic.replyWith((request) => fill(request, 1))
    const scene = { anthropic, registryUrl: npm.url }
    const capped = { ...input, capUsd: priceUsd * 0.7 }
    let writes = 0
    let kept: unknown
    const keep = (parts: unknown) => {
      if ((writes += 1) > crashAfter) return Promise.reject(new Error('the process is gone'))
      kept = structuredClone(parts)
      return Promise.resolve()
    }
    await expect(narrateOn(scene, { ...capped, keep })).rejects.toThrow('gone')
    await narrateOn(scene, { ...capped, kept })
    expect(billOf(anthropic)).toBeLessThanOrEqual(capped.capUsd)
  }
})

test('a review whose every answer fills its limit is done within the cap of its own estimate', async () => {
  await using anthropic = await startAnthropic({ key })
  await using npm = await startRegistry()
  anthropic.replyWith((request) => fill(request, 1))
  const narrative = await narrateOn({ anthropic, registryUrl: npm.url }, { ...input, capUsd })
  expect(narrative.ending).toEqual({ kind: 'complete' })
  expect(billOf(anthropic)).toBeLessThanOrEqual(capUsd)
  expect(narrative.costUsd).toBeCloseTo(billOf(anthropic), 6)
})

test('a review that reaches its cap says which areas are left and about what they cost, and delivers the rest', async () => {
  await using anthropic = await startAnthropic({ key })
  await using npm = await startRegistry()
  anthropic.replyWith((request) => fill(request, 1))
  const narrative = await narrateOn({ anthropic, registryUrl: npm.url }, { ...input, capUsd: priceUsd / 2 })
  expect(narrative.ending).toMatchObject({
    kind: 'capped',
    areasLeft: ['database', 'caching', 'scalability', 'organisation', 'dependencies'],
  })
  const left = narrative.ending.kind === 'capped' ? narrative.ending.continueUsd : undefined
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(priceUsd)
  expect(narrative.findings.some(({ rule }) => rule === 'model/security')).toBe(true)
})

test('the cap holds where the provider cannot count tokens', async () => {
  await using npm = await startRegistry()
  for (const share of [0.3, 0.6, 1]) {
    await using anthropic = await startAnthropic({ key, counts: false })
    anthropic.replyWith((request) => fill(request, 1))
    const scene = { anthropic, registryUrl: npm.url }
    await narrateOn(scene, { ...input, capUsd: priceUsd * share })
    expect(billOf(anthropic)).toBeLessThanOrEqual(priceUsd * share)
    expect(anthropic.requests.length).toBeGreaterThan(0)
  }
})

test('nothing is sent when not even the first call fits', async () => {
  await using anthropic = await startAnthropic({ key })
  await using npm = await startRegistry()
  const narrative = await narrateOn({ anthropic, registryUrl: npm.url }, { ...input, capUsd: 0.01 })
  expect(anthropic.requests).toEqual([])
  expect(narrative).toMatchObject({ ending: { kind: 'capped' }, readings: [], costUsd: 0, verdict: undefined })
  expect(narrative.findings).toEqual(input.findings)
})

test('one call writes the cache and every other reads it, the one for repairs included', async () => {
  await using anthropic = await startAnthropic({ key })
  await using npm = await startRegistry()
  anthropic.replyWith((request) => fill(request, 0.1))
  await narrateOn({ anthropic, registryUrl: npm.url }, { ...input, depth: 'deep' })
  expect(anthropic.requests.filter((request) => askedAreas(request).length > 0)).toHaveLength(10)
  expect(anthropic.requests).toHaveLength(11)
  const [first, ...others] = anthropic.billed
  expect(first?.cache_creation_input_tokens).toBeGreaterThan(5000)
  expect(others.map((usage) => usage.cache_creation_input_tokens)).toEqual(others.map(() => 0))
  expect(others.every((usage) => usage.cache_read_input_tokens === first?.cache_creation_input_tokens)).toBe(true)
})

import { expect, test } from 'vitest'

import { costOf } from '../../src/claude/prices.ts'
import { noUsage } from '../../src/claude/usage.ts'

const million = 1_000_000

test.each([
  ['claude-opus-5-5', { inputTokens: million }, 4],
  ['claude-opus-5-5', { outputTokens: million }, 20],
  ['claude-opus-5-5', { cacheReadTokens: million }, 0.4],
  ['claude-opus-5-5', { cacheWrite5mTokens: million }, 5],
  ['claude-opus-5-5', { cacheWrite1hTokens: million }, 8],
  ['claude-opus-5-5-20260901', { inputTokens: million }, 4],
  ['claude-sonnet-5-5', { cacheReadTokens: million }, 0.1],
  ['claude-haiku-5-5', { inputTokens: 100_000 }, 0.01],
  ['claude-haiku-5-5', { inputTokens: 60_000, cacheReadTokens: 40_000, outputTokens: million }, 0.5064],
  ['claude-haiku-5-5', { inputTokens: 100_001, outputTokens: 1000 }, 0.0525005],
])('%s for %j costs %d dollars', (model, usage, dollars) => {
  expect(costOf(model, { ...noUsage, ...usage })).toBeCloseTo(dollars, 9)
})

test('an unknown model has an unknown price, even for nothing', () => {
  expect(costOf('some-local-model', { ...noUsage, inputTokens: 5 })).toBeUndefined()
  expect(costOf('constructor', noUsage)).toBeUndefined()
})

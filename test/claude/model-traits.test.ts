import { expect, test } from 'vitest'

import { hasAdaptiveThinking, hasEffort } from '../../src/claude/model-traits.ts'

test.each([
  ['claude-opus-5-5', true, true],
  ['claude-haiku-5-5', true, true],
  ['claude-sonnet-4-6', true, true],
  ['claude-opus-4-5', false, true],
  ['claude-opus-4-5-20251101', false, true],
  ['claude-haiku-4-5-20251001', false, false],
  ['claude-sonnet-4-20250514', false, false],
  ['claude-3-5-haiku-latest', false, false],
  ['some-local-model', false, false],
])('%s: adaptive thinking %s, effort %s', (model, thinking, effort) => {
  expect(hasAdaptiveThinking(model)).toBe(thinking)
  expect(hasEffort(model)).toBe(effort)
})

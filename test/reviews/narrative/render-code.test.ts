import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateTokens } from '../../../src/claude/estimate-tokens.ts'
import { renderFile } from '../../../src/reviews/narrative/render-code.ts'

const long = Array.from({ length: 2000 }, (_, n) => `const line${n + 1} = ${n + 1}`).join('\n')

test('a long file shows its beginning and the lines that matter, with their own numbers', () => {
  const { text, isWhole } = renderFile('src/a.js', long, { tokens: 1500, lines: [1500] })
  expect(isWhole).toBe(false)
  expect(text).toContain('1500 | const line1500 = 1500')
  expect(text).toContain('  1 | const line1 = 1')
  expect(text).not.toContain('const line1000 ')
  expect(text).toContain('[lines left out]')
})

test('a file is whole only when no line of it was cut', () => {
  expect(renderFile('src/a.js', 'const a = 1\n', undefined).isWhole).toBe(true)
  expect(renderFile('src/a.js', `const a = '${'x'.repeat(1000)}'\n`, undefined).isWhole).toBe(false)
})

test('a part stays within its tokens', () => {
  const lines = fc.array(fc.nat(2500), { maxLength: 40 })
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 4000 }), lines, (tokens, wanted) => {
      const { text } = renderFile('src/a.js', long, { tokens, lines: wanted })
      expect(estimateTokens(text)).toBeLessThan(tokens * 1.5 + 400)
    }),
  )
})

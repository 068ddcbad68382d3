import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { costOf } from '../../../src/claude/prices.ts'
import { noUsage } from '../../../src/claude/usage.ts'
import { estimateReview } from '../../../src/reviews/narrative/estimate-review.ts'
import { planReading } from '../../../src/reviews/narrative/plan-reading.ts'
import { rankFiles } from '../../../src/reviews/narrative/rank-files.ts'

const model = 'claude-opus-5-5'
const asked = { model, allowUnpriced: false, leftUsd: undefined }
const file = (path: string, bytes = 3000) => ({ path, bytes })

test('routes, data access and authentication are read before the rest, and tests, lock files and secrets are not', () => {
  const files = [
    'src/util/pad.ts',
    'src/routes/orders.ts',
    'src/auth/session.ts',
    'src/db/orders-repository.ts',
    'package.json',
    'package-lock.json',
    'test/orders.test.ts',
    'dist/server.js',
    'public/vendor/jquery.min.js',
    'docs/logo.png',
    'README.md',
    '.env',
    '.env.production',
    '.env.example',
    'keys/server.pem',
    'src/types.d.ts',
  ].map((path) => file(path))
  const ranked = rankFiles(files, { depth: 'standard' }).map(({ path }) => path)
  expect(ranked.toSorted()).toEqual([
    '.env.example',
    'package.json',
    'src/auth/session.ts',
    'src/db/orders-repository.ts',
    'src/routes/orders.ts',
    'src/util/pad.ts',
  ])
  expect(ranked.at(-1)).toBe('src/util/pad.ts')
  expect(rankFiles(files, { depth: 'deep' }).map(({ path }) => path)).toContain('test/orders.test.ts')
})

test('what a change touches comes first', () => {
  const files = [file('src/routes/orders.ts'), file('src/util/pad.ts')]
  expect(rankFiles(files, { depth: 'standard', changed: ['src/util/pad.ts'] })[0]?.path).toBe('src/util/pad.ts')
})

test('a file with findings, routes and queries outranks one that only has the name', () => {
  const hint = { isEntry: false, routes: 3, queries: 2, findings: ['high' as const], lines: [4] }
  const files = [file('src/routes/orders.ts'), file('src/thing.ts')]
  const hints = new Map([['src/thing.ts', hint]])
  expect(rankFiles(files, { depth: 'standard', hints })[0]?.path).toBe('src/thing.ts')
})

test('what is read stays within its budget, whatever the files', () => {
  const paths = fc.constantFrom('src/routes/a', 'src/b', 'test/c.test', 'src/auth/d', 'lib/e')
  const anyFile = fc.record({ path: paths, bytes: fc.nat(400_000) })
  fc.assert(
    fc.property(fc.array(anyFile, { maxLength: 200 }), (drawn) => {
      const files = drawn.map(({ path, bytes }, index) => file(`${path}${index}.ts`, bytes))
      const plan = planReading(files, { depth: 'standard' })
      const sum = plan.files.reduce((total, { tokens }) => total + tokens, 0)
      expect(sum).toBe(plan.tokens)
      expect(plan.tokens).toBeLessThanOrEqual(60_000)
      expect(plan.files.every(({ tokens }) => tokens <= 12_000)).toBe(true)
      expect(new Set(plan.files.map((planned) => planned.file.path)).size).toBe(plan.files.length)
    }),
  )
})

test('the price grows with the code and the depth, and bounds what one call alone can cost', () => {
  const small = estimateReview({ ...asked, files: [file('src/app.ts')] })
  const large = estimateReview({ ...asked, files: Array.from({ length: 300 }, (_, n) => file(`src/routes/r${n}.ts`)) })
  expect(large.standard.priceUsd).toBeGreaterThan(small.standard.priceUsd ?? Infinity)
  expect(large.deep.priceUsd).toBeGreaterThan(large.standard.priceUsd ?? Infinity)
  expect(large.deep.files).toBeGreaterThan(large.standard.files)
  const oneCall = costOf(model, { ...noUsage, cacheWrite5mTokens: 60_000, outputTokens: 12_000 })
  expect(large.standard.priceUsd).toBeGreaterThan(oneCall ?? Infinity)
  expect(large.standard.capUsd).toBeCloseTo((large.standard.priceUsd ?? 0) * 1.25)
})

test('a day with little left lowers the cap, and with next to nothing refuses', () => {
  const files = [file('src/app.ts')]
  const { priceUsd = 0 } = estimateReview({ ...asked, files }).standard
  expect(estimateReview({ ...asked, files, leftUsd: priceUsd * 0.8 }).standard).toMatchObject({
    capUsd: priceUsd * 0.8,
    refused: undefined,
  })
  expect(estimateReview({ ...asked, files, leftUsd: 0.01 }).standard.refused).toBe('over-budget')
})

test('a model without a known price is refused unless a setting allows it', () => {
  const files = [file('src/app.ts')]
  const unknown = { model: 'house-model-1', leftUsd: 5, files }
  expect(estimateReview({ ...unknown, allowUnpriced: false }).deep).toMatchObject({
    priceUsd: undefined,
    capUsd: undefined,
    refused: 'unpriced',
  })
  expect(estimateReview({ ...unknown, allowUnpriced: true }).deep.refused).toBeUndefined()
})

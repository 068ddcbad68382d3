import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { areas } from '../../../src/reviews/review.ts'
import { readTargetCode } from '../../../src/reviews/narrative/target-code.ts'
import { verifyClaims } from '../../../src/reviews/narrative/verify-claims.ts'
import { claim, inputOf, nothingSaid } from './review-scene.ts'

const { files } = inputOf()
const code = readTargetCode(files, files)
const sources = [...code.shown].filter(([path]) => path.endsWith('.js'))
const context = {
  code,
  registry: { findVersion: () => Promise.resolve({ kind: 'absent' as const }) },
  rules: [],
  known: new Set<string>(),
  findUrl: () => undefined,
  originOf: () => undefined,
}

const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

const anyLine = fc.constantFrom(...sources).chain(([path, text]) => {
  const rows = text.split('\n')
  return fc.nat(rows.length - 1).map((at) => ({ path, line: at + 1, quote: rows[at] ?? '' }))
})
const anyClaim = fc
  .record({
    place: anyLine,
    other: anyLine,
    fault: fc.constantFrom('none', 'path', 'quote', 'line', 'invented', 'package'),
    name: fc.stringMatching(/^[a-z-]{3,12}$/),
  })
  .map(({ place, other, fault, name }) => {
    const { path, line, quote } = {
      ...place,
      ...(fault === 'path' && { path: `src/${name}.js` }),
      ...(fault === 'quote' && { quote: other.quote }),
    }
    const text = fault === 'invented' ? `${quote} ${name}()` : quote
    const packages = fault === 'package' ? [{ name: `${name}-x`, version: '1.0.0' }] : []
    const at = fault === 'line' ? other.line : line
    return claim({
      path,
      quote: text,
      startLine: at,
      endLine: at,
      title: `Claim ${name}`,
      fix: { ...claim().fix, packages },
    })
  })

test('whatever a model claims, what comes out quotes the code at its place, and every other claim is counted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyClaim, { maxLength: 20 }), async (findings) => {
      const part = { call: 'deep/security', areas, rules: [], answer: { ...nothingSaid, findings } }
      const checked = await verifyClaims([part], [], context)
      for (const { place, quote, fix } of checked.findings) {
        const rows = (code.shown.get(place.path) ?? '').split('\n').slice(place.line - 1, place.endLine)
        expect(quote.trim()).not.toBe('')
        expect(squeeze(rows.join('\n'))).toContain(squeeze(quote))
        expect(fix.needs).toEqual([])
      }
      const { 'packages or versions that do not exist': packages = 0, ...dropped } = checked.drops.toRecord()
      const left = Object.values(dropped).reduce((sum, count) => sum + count, 0)
      expect(checked.findings.length + left).toBe(findings.length)
      expect(packages).toBeLessThanOrEqual(findings.length)
    }),
  )
})

import { expect, test } from 'vitest'
import { createRegistry } from '../../../src/npm/registry.ts'
import { checkProse, type ProseContext } from '../../../src/reviews/narrative/check-prose.ts'
import { DropCounts } from '../../../src/reviews/narrative/drop-counts.ts'
import { readTargetCode } from '../../../src/reviews/narrative/target-code.ts'
import { startRegistry } from '../../support/npm/start-registry.ts'

const files = new Map([
  ['package.json', JSON.stringify({ name: 'orders', dependencies: { express: '5.1.0' } })],
  ['src/app.js', "import express from 'express'\nimport rateLimit from 'express-rate-limit'\nrateLimit({ max: 5 })\n"],
  ['src/routes/orders.js', 'export const a = 1\nexport const b = 2\n'],
])
const code = readTargetCode(files, files)

async function check(text: string, more: Partial<ProseContext> = {}) {
  await using npm = await startRegistry()
  npm.publish('p-limit', { '7.0.0': {} })
  npm.publish('express', { '5.1.0': {} })
  const drops = new DropCounts()
  const registry = createRegistry({ url: npm.url, userAgent: 'architect/test', timeoutMs: 2000, now: () => 0 })
  const placeOf = (id: string) => (id === 'F1' ? 'src/app.js:3' : undefined)
  const kept = await checkProse(text, { code, registry, drops, placeOf, ...more })
  const [reason] = Object.keys(drops.toRecord())
  return { kept, reason }
}

const gone = 'sentences about a place, package or finding that does not exist'

test.each([
  ['The list at src/routes/orders.js:2 has no end.', ''],
  ['See orders.js:1-2 and `src/app.js`.', ''],
  ['It fits p-limit@7.0.0 and express@^5.1.0.', ''],
  ['Node.js 24 and node@24 have it built in, e.g. in v24.12.', ''],
  ['It waits 1.5 s; then F. and A are done.', ''],
  ['The page is https://nodejs.org/api/timers.html.', ''],
  ['The list at src/routes/orders.js:200 has no end.', gone],
  ['The list at src/routes/invented.js:2 has no end.', gone],
  ['The file src/lib/invented.ts decides it.', gone],
  ['It fits p-limitt@7.0.0.', gone],
  ['It fits p-limit@99.0.0.', gone],
  ['It follows from F7.', gone],
  ['Read https://evil.example/?q=1 first.', 'sentences with a link that nobody can check'],
  ['Read https://nodejs.org.evil.example/ first.', 'sentences with a link that nobody can check'],
  ['There is no rate limiting.', 'of something missing that is there'],
])('%s', async (sentence, reason) => {
  const result = await check(`Before. ${sentence} After.`)
  expect(result.kept).toBe(reason === '' ? `Before. ${sentence} After.` : 'Before. After.')
  expect(result.reason).toBe(reason === '' ? undefined : reason)
})

test('ids of findings become places, since nobody sees ids', async () => {
  expect((await check('It is caused by F1.')).kept).toBe('It is caused by `src/app.js:3`.')
})

test('a fix may propose a file that does not exist yet', async () => {
  const say = 'Move it to src/lib/limits.js.'
  expect((await check(say, { mayNameNewFiles: true })).kept).toBe(say)
})

test('code does not hide in prose, and prose has an end', async () => {
  expect((await check('One.\n```js\nfetch("https://evil.example")\n```\nTwo.')).kept).toBe('One. Two.')
  expect((await check('word '.repeat(2000))).kept.length).toBeLessThanOrEqual(1200)
})

test('what is missing at one place may be there at another, unless it would serve the whole application', async () => {
  const validating = new Map([...files, ['src/routes/users.js', 'const { value } = schema.validate(req.body)\n']])
  const more = {
    code: readTargetCode(validating, validating),
    near: new Map([['src/routes/orders.js', 'export const a = 1\n']]),
  }
  expect((await check('This handler has no validation.', more)).kept).toBe('This handler has no validation.')
  expect((await check('There is no validation in this service.', more)).kept).toBe('')
  expect((await check('This route has no rate limiting.', more)).kept).toBe('')
  const near = new Map([['src/routes/users.js', 'const { value } = schema.validate(req.body)\n']])
  expect((await check('This handler has no validation.', { ...more, near })).kept).toBe('')
})

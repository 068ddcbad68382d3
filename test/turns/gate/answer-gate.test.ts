import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitBlocks } from '../../../src/lib/markdown-blocks.ts'
import { createRegistry, type Registry } from '../../../src/npm/registry.ts'
import { AnswerGate } from '../../../src/turns/gate/answer-gate.ts'
import { CodeTexts } from '../../../src/turns/gate/code-texts.ts'
import type { OpenRepository } from '../../../src/turns/open-code.ts'
import { readProjectAt } from '../../../src/turns/read-project-at.ts'
import { type OpenClient, openClient, valueOf } from '../../github/open-client.ts'
import { type RegistryStandIn, startRegistry } from '../../support/npm/start-registry.ts'

const files = {
  'package.json': JSON.stringify({ name: '@acme/orders', dependencies: { express: '4.21.2', 'acme-log': '^2.0.0' } }),
  'src/app.js': [
    "const express = require('express')",
    "const rateLimit = require('express-rate-limit')",
    'const app = express()',
    'app.use(rateLimit({ windowMs: 60_000, max: 100 }))',
    "app.get('/orders', async (req, res) => {",
    '  res.json(await Order.findAll())',
    '})',
    '',
  ].join('\n'),
  'src/db/index.js': 'module.exports = connect()\n',
}
const url = 'https://github.com/acme/orders'
const signal = new AbortController().signal

let client: OpenClient
let npm: RegistryStandIn
let registry: Registry
let repository: OpenRepository

beforeAll(async () => {
  client = await openClient({
    repositories: [{ owner: 'acme', name: 'orders', defaultBranch: 'main', commits: [{ message: 'Start', files }] }],
  })
  npm = await startRegistry()
  npm.publish('p-limit', { '7.0.0': {} })
  npm.publish('express', { '4.21.2': {}, '5.1.0': {} })
  registry = createRegistry({ url: npm.url, userAgent: 'architect/test', timeoutMs: 2000, now: () => 0 })
  const { pin } = valueOf(await client.github.resolveHead({ owner: 'acme', name: 'orders' }))
  const opened = await readProjectAt(client.github, 'acme/orders', pin, signal)
  if (!opened) throw new Error('the stand-in did not show its repository')
  repository = opened
})

afterAll(async () => {
  await client[Symbol.asyncDispose]()
  await npm[Symbol.asyncDispose]()
})

async function check(markdown: string, open = [repository]): Promise<{ said: string; notes: string[] }> {
  const known = new Map([['acme/orders', new Map(Object.entries(files))]])
  const texts = new CodeTexts(client.github, open, known, signal)
  const failed = (error: unknown) => expect(error).toBeUndefined()
  const gate = new AnswerGate({ texts, registry, signal, failed })
  const checked = await Promise.all(splitBlocks(markdown).map((block) => gate.check(block)))
  return { said: checked.join(''), notes: gate.notes }
}

const permalink = (lines: string) => `${url}/blob/${repository.pin.sha}/src/app.js${lines}`

describe('What holds is said as it came:', () => {
  test.each([
    ['a place with its quotation', '`src/app.js:3`: `const app = express()`'],
    ['the end of a path', 'See app.js:7 and (db/index.js:1).'],
    ['a place in a dependency or an address', 'At node_modules/x/y.js:900, http://localhost:3000/a.js:12.'],
    ['packages of the repository that no public registry has', 'Keep `acme-log@2.1.0`, `npm i @acme/other`.'],
    ['a package with its version', 'Use `express@5`, p-limit@7.0.0 and node@24; log in as deploy@10.0.0.5.'],
    ['a source folder that is imported like a package', "```ts\nimport { pool } from 'db'\n```\n"],
    ['a piece of the code that was read', "```js\napp.get('/orders', async (req, res) => {\n```\n"],
    ['a piece of a file at its place', "`src/app.js:5`:\n\n```js\napp.get('/orders', async (req, res) => {\n```\n"],
    ['a changed version of what stands at a place', 'Instead of `src/app.js:6`:\n\n```js\nres.json(page)\n```\n'],
    ['what a package does not have', 'Express has no rate limiting of its own.'],
    ['what is only supposed', 'If there is no rate limiting, add it.'],
    ['a question', 'Is there no rate limiting?'],
    ['an absence that is true', 'There is no caching in your code.'],
    ['a shell command', '```sh\nnpm install p-limit\n```\n'],
  ])('%s', async (_name, markdown) => {
    expect(await check(markdown)).toEqual({ said: markdown, notes: [] })
  })

  test('a link to the pinned commit', async () => {
    const markdown = `[src/app.js:3](${permalink('#L3')}) and <${permalink('')}>, [docs](https://nodejs.org/api/fs.html).`
    expect(await check(markdown)).toEqual({ said: markdown, notes: [] })
  })

  test('places, where no code is open to look at', async () => {
    const markdown = 'The trace names src/gone.js:12.'
    expect(await check(markdown, [])).toEqual({ said: markdown, notes: [] })
  })
})

describe('What does not hold is labelled:', () => {
  test.each([
    ['a file that is not there', 'See `src/gone.js:2`.', 'See `src/gone.js:2` (not found).'],
    ['lines that are not there', 'See src/app.js:70.', 'See src/app.js:70 (not found, the file ends at line 7).'],
    [
      'a quotation that is nowhere',
      '`src/app.js:4`: `app.use(helmet({ hsts: true }))`',
      '`src/app.js:4`: `app.use(helmet({ hsts: true }))` (not in the file as quoted)',
    ],
    [
      'a package',
      'Run `npm i no-such-thing p-limit`.',
      'Run `npm i no-such-thing p-limit` (`no-such-thing`: not on npm).',
    ],
    ['a version', 'Use express@9.', 'Use express@9 (no such version on npm, latest is 5.1.0).'],
    [
      'an import',
      "```js\nimport 'no-such-thing'\n```\n",
      "```js\nimport 'no-such-thing'\n```\n\n`no-such-thing`: not on npm.\n",
    ],
    [
      'an example in a list that does not parse',
      '- Do:\n\n  ```json\n  { "a": }\n  ```\n- Then go on.\n',
      '- Do:\n\n  ```json\n  { "a": }\n  ```\n\n  This example does not parse at line 1.\n\n- Then go on.\n',
    ],
    [
      'an example with a part left out',
      '```js\nconst a = { ... }\n```\n',
      '```js\nconst a = { ... }\n```\n\nThis example leaves parts out at line 1.\n',
    ],
    [
      'a block that is not what stands at its place',
      '`src/app.js:1-2`:\n\n```js\nconst koa = new Koa()\n```\n',
      '`src/app.js:1-2`:\n\n```js\nconst koa = new Koa()\n```\n\nThis is not in `src/app.js` as quoted.\n',
    ],
    [
      'a comment that names a file that is not there',
      '```js\n// src/gone.js:3\nrun()\n```\n',
      '```js\n// src/gone.js:3\nrun()\n```\n\n`src/gone.js:3` was not found.\n',
    ],
  ])('%s', async (_name, markdown, expected) => {
    const { said, notes } = await check(markdown)
    expect(said).toBe(expected)
    expect(notes).toHaveLength(1)
  })

  test('something called missing that is there', async () => {
    const { said, notes } = await check('Good. There is no rate limiting in your code. Add some.')
    expect(said).toBe(
      `Good. There is no rate limiting in your code (but see [src/app.js:2](${permalink('#L2')})). Add some.`,
    )
    expect(notes).toHaveLength(1)
  })

  test('links to files and lines that are not there', async () => {
    const { said, notes } = await check(
      `- [src/app.js:70](${permalink('#L70')})\n- [the store](${url}/blob/main/src/store.js#L3)\n- ${url}/blob/main/gone.js\n`,
    )
    expect(said).toBe(
      '- `src/app.js:70` (not found, the file ends at line 7)\n- the store (`src/store.js:3`: not found)\n- `gone.js` (not found)\n',
    )
    expect(notes).toEqual(['3 places in the code not found'])
  })
})

test('code quoted with the wrong lines gets the right ones, and links get the pinned commit', async () => {
  const { said, notes } = await check(
    `- \`src/app.js:1\`: \`res.json(await Order.findAll())\`\n- [app.js:2](${url}/blob/main/src/app.js#L2): \`res.json(await Order.findAll())\`\n- [app](${url}/blob/main/src/app.js)\n`,
  )
  expect(said).toBe(
    `- \`src/app.js:6\`: \`res.json(await Order.findAll())\`\n- [app.js:6](${permalink('#L6')}): \`res.json(await Order.findAll())\`\n- [app](${permalink('')})\n`,
  )
  expect(notes).toEqual([])
})

test('what nobody can look up is counted and left as it is', async () => {
  const markdown = 'See https://github.com/expressjs/express/blob/master/lib/express.js#L10.'
  expect(await check(markdown)).toEqual({ said: markdown, notes: ['1 place in code not checked'] })
})

import { expect, test } from 'vitest'
import { createRegistry } from '../../src/npm/registry.ts'
import { checkPackages, type PackageClaim } from '../../src/verify/check-packages.ts'
import { findPackageMentions, packageOfSpecifier } from '../../src/verify/package-mentions.ts'
import { startRegistry } from '../support/npm/start-registry.ts'

const repository = {
  isOwn: (name: string) => name.startsWith('@acme/'),
  installed: new Map([
    ['express', '4.21.2'],
    ['left-behind', undefined],
  ]),
}

async function open() {
  const standIn = await startRegistry()
  standIn.publish('helmet', { '7.0.0': {}, '8.1.0': { engines: { node: '>=18' } } })
  standIn.publish('csurf', { '1.11.0': { deprecated: 'This package is archived' } })
  standIn.publish('express', { '4.21.2': {}, '5.1.0': { engines: { node: '>= 18' } } })
  const registry = createRegistry({ url: standIn.url, userAgent: 'architect/test', timeoutMs: 2_000, now: () => 0 })
  return {
    standIn,
    check: async (claim: PackageClaim) => (await checkPackages([claim], repository, registry))[0]?.verdict,
  }
}

test('what a text says of packages is held against the registry', async () => {
  const { standIn, check } = await open()
  await using _ = standIn
  expect(await check({ name: 'helmet' })).toEqual({ kind: 'exists', version: '8.1.0', node: '>=18' })
  expect(await check({ name: 'helmet', range: '^7' })).toEqual({ kind: 'exists', version: '7.0.0' })
  expect(await check({ name: 'helmet', range: '^12' })).toEqual({ kind: 'no-such-version', latest: '8.1.0' })
  expect(await check({ name: 'helmet-pro-secure' })).toEqual({ kind: 'unknown' })
  expect(await check({ name: 'csurf' })).toEqual({
    kind: 'deprecated',
    version: '1.11.0',
    reason: 'This package is archived',
  })
  expect(await check({ name: 'helmet', node: '>=20' })).toMatchObject({ kind: 'exists' })
  expect(await check({ name: 'helmet', node: '>=14' })).toEqual({ kind: 'other-node', version: '8.1.0', node: '>=18' })
})

test('what the repository has needs no registry, and its own packages are never asked about', async () => {
  const { standIn, check } = await open()
  await using _ = standIn
  expect(await check({ name: 'express' })).toEqual({ kind: 'exists', version: '4.21.2' })
  expect(await check({ name: '@acme/orders', range: '^9' })).toEqual({ kind: 'exists' })
  expect(standIn.requests).toEqual([])
  expect(await check({ name: 'express', range: '^5' })).toMatchObject({ kind: 'exists', version: '5.1.0' })
  expect(await check({ name: 'left-behind', range: '^1' })).toEqual({ kind: 'exists' })
})

test('a registry out of reach leaves a package unchecked', async () => {
  const { standIn, check } = await open()
  await using _ = standIn
  standIn.failAt('/', { status: 500 })
  expect(await check({ name: 'helmet' })).toMatchObject({ kind: 'not-checked' })
})

test('packages are read from code and from install commands', () => {
  const markdown = [
    'Run `npm install helmet@8 express-rate-limit` and then `pnpm add -D @types/node@^24`.',
    '',
    '```ts',
    "import helmet from 'helmet'",
    "import { readFile } from 'node:fs/promises'",
    "import type { App } from './app.ts'",
    "import path from 'path'",
    "import { z } from 'zod/v4'",
    'const pg = require("pg")',
    "const late = await import('@fastify/cors/index.js')",
    "export { a } from '#internal'",
    '```',
    '',
    '```sh',
    'npm i --save bullmq@5.1.0 ioredis',
    'npx prisma migrate dev',
    'npm install',
    '```',
    '',
    '```python',
    'import flask',
    '```',
  ].join('\n')
  expect(findPackageMentions(markdown)).toEqual([
    { name: 'helmet', range: '8' },
    { name: 'express-rate-limit' },
    { name: '@types/node', range: '^24' },
    { name: 'bullmq', range: '5.1.0' },
    { name: 'ioredis' },
    { name: 'prisma' },
    { name: 'zod' },
    { name: 'pg' },
    { name: '@fastify/cors' },
  ])
})

test.each([
  './a',
  '/a',
  '../a',
  '#a',
  '~/a',
  '@/a',
  'node:test',
  'fs/promises',
  'https://esm.sh/x',
  'data:text/js,',
  '',
])('%j names no package', (specifier) => expect(packageOfSpecifier(specifier)).toBeUndefined())

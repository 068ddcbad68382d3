import { expect, test } from 'vitest'
import { createRegistry, type Registry } from '../../src/npm/registry.ts'
import { startRegistry, type RegistryStandIn } from '../support/npm/start-registry.ts'

function open({ url }: { url: string }, now = () => 0): Registry {
  return createRegistry({ url, userAgent: 'architect/test', timeoutMs: 2_000, now })
}

function publishExpress(registry: RegistryStandIn): void {
  registry.publish(
    'express',
    {
      '4.19.0': { deprecated: 'update  please\n' },
      '4.21.2': { engines: { node: '>= 0.10.0' } },
      '5.1.0': { engines: { node: '>= 18' } },
    },
    { latest: '5.1.0', 'latest-4': '4.21.2' },
  )
}

test('a range is answered with the version that would be installed', async () => {
  await using standIn = await startRegistry()
  publishExpress(standIn)
  const registry = open(standIn)
  expect(await registry.findVersion('express', '^4')).toEqual({
    kind: 'found',
    version: '4.21.2',
    latest: '5.1.0',
    facts: { node: '>= 0.10.0' },
  })
  expect(await registry.findVersion('express', 'latest-4')).toMatchObject({ version: '4.21.2' })
  expect(await registry.findVersion('express', '>=4')).toMatchObject({ version: '5.1.0' })
  expect(await registry.findVersion('express', '4.19.0')).toMatchObject({ facts: { deprecated: 'update please' } })
  expect(await registry.findVersion('express', '^9')).toEqual({ kind: 'no-such-version', latest: '5.1.0' })
  expect(await registry.findVersion('expresss', '*')).toEqual({ kind: 'absent' })
})

test('what was asked once is not asked again within the hour', async () => {
  await using standIn = await startRegistry()
  publishExpress(standIn)
  let now = 0
  const registry = open(standIn, () => now)
  await Promise.all([registry.readPackage('express'), registry.readPackage('express')])
  await registry.findVersion('express', '^4')
  expect(standIn.requests).toEqual(['GET /express'])
  now = 3_600_001
  await registry.readPackage('express')
  expect(standIn.requests).toHaveLength(2)
})

test('a scoped name is asked for as one name', async () => {
  await using standIn = await startRegistry()
  standIn.publish('@fastify/cors', { '11.0.0': {} })
  expect(await open(standIn).findVersion('@fastify/cors', '^11')).toMatchObject({ version: '11.0.0' })
  expect(standIn.requests).toEqual(['GET /@fastify%2fcors'])
})

test.each(['../secrets', 'a b', '-/ping', '@scope', 'x'.repeat(300), ''])(
  'no request is made for %j, which cannot be a name',
  async (name) => {
    await using standIn = await startRegistry()
    expect(await open(standIn).readPackage(name)).toEqual({ kind: 'absent' })
    expect(standIn.requests.filter((request) => !request.startsWith('GET /-'))).toEqual([])
  },
)

test.each([
  [{ status: 401 }, 'refused'],
  [{ status: 503 }, 'unreachable'],
  [{ status: 429 }, 'rate-limited'],
  [{ status: 200, body: '<html>Welcome</html>' }, 'unreadable'],
  [{ status: 200, body: '[]' }, 'unreadable'],
  ['cut', 'unreachable'],
] as const)('an answer of %j leaves it open whether the package exists', async (fault, why) => {
  await using standIn = await startRegistry()
  standIn.failAt('/express', fault)
  expect(await open(standIn).readPackage('express')).toMatchObject({ kind: 'unanswered', why })
})

test('a registry that is not there is a value with a sentence', async () => {
  const registry = open({ url: 'http://127.0.0.1:9' })
  expect(await registry.readPackage('express')).toEqual({
    kind: 'unanswered',
    why: 'unreachable',
    sentence: '127.0.0.1:9 cannot be reached.',
  })
})

test('a registry that does not answer in time is given up', async () => {
  await using standIn = await startRegistry()
  standIn.failAt('/', 'hang')
  const registry = createRegistry({ url: standIn.url, userAgent: 'architect/test', timeoutMs: 50, now: () => 0 })
  expect(await registry.readPackage('express')).toMatchObject({ why: 'unreachable' })
})

test('a failure is not remembered, three in a row give the registry half a minute', async () => {
  await using standIn = await startRegistry()
  publishExpress(standIn)
  let now = 0
  const registry = open(standIn, () => now)
  standIn.failAt('/express', { status: 502 })
  await registry.readPackage('express')
  standIn.failAt('/express', undefined)
  expect(await registry.readPackage('express')).toMatchObject({ kind: 'found' })

  standIn.failAt('/', { status: 502 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) await registry.readPackage(name)
  expect(standIn.requests.filter((request) => /\/[a-e]$/.test(request))).toHaveLength(3)
  standIn.failAt('/', undefined)
  now = 30_001
  expect(await registry.readPackage('a')).toEqual({ kind: 'absent' })
})

test('a registry that says when to come back is left alone until then', async () => {
  await using standIn = await startRegistry()
  publishExpress(standIn)
  let now = 0
  const registry = open(standIn, () => now)
  standIn.failAt('/', { status: 429, headers: { 'retry-after': '20' } })
  await registry.readPackage('express')
  standIn.failAt('/', undefined)
  now = 19_000
  expect(await registry.readPackage('express')).toMatchObject({ why: 'rate-limited' })
  now = 20_001
  expect(await registry.readPackage('express')).toMatchObject({ kind: 'found' })
})

test('of a package whose document is too large, the latest and exact versions are still known', async () => {
  await using standIn = await startRegistry()
  standIn.publish('giant', { '1.0.0': { deprecated: 'old' }, '2.0.0': {} })
  const padded = JSON.stringify({ 'dist-tags': { latest: '2.0.0' }, versions: {}, readme: 'x'.repeat(25_000_000) })
  const registry = open(standIn)
  standIn.failAt('/giant', { status: 200, body: padded })
  const asked = registry.findVersion('giant', '^2')
  while (!standIn.requests.includes('GET /giant')) await new Promise((resolve) => setTimeout(resolve, 1))
  standIn.failAt('/giant', undefined)
  expect(await asked).toMatchObject({ kind: 'found', version: '2.0.0' })
  expect(await registry.findVersion('giant', '1.0.0')).toMatchObject({ facts: { deprecated: 'old' } })
  expect(await registry.findVersion('giant', '^1')).toMatchObject({ kind: 'unanswered', why: 'too-large' })
})

test('at most eight questions are open at once', async () => {
  await using standIn = await startRegistry()
  const registry = open(standIn)
  await Promise.all(Array.from({ length: 40 }, (_, index) => registry.readPackage(`package-${index}`)))
  expect(standIn.requests).toHaveLength(40)
  expect(standIn.mostAtOnce()).toBeLessThanOrEqual(8)
})

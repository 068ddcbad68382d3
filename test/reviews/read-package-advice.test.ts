import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { createRegistry } from '../../src/npm/registry.ts'
import { readPackageAdvice } from '../../src/reviews/read-package-advice.ts'
import { type RegistryStandIn, startRegistry } from '../support/npm/start-registry.ts'

const manifest = {
  name: '@acme/orders',
  dependencies: {
    lodash: '^4.17.0',
    request: '^2.88.0',
    express: '3.21.2',
    '@acme/billing': '^1.0.0',
    local: 'file:../local',
    gone: '1.0.0',
  },
  devDependencies: { mocha: '^1.0.0' },
}
const lock = {
  lockfileVersion: 3,
  packages: { 'node_modules/lodash': { version: '4.17.20' }, 'node_modules/request': { version: '2.88.2' } },
}
const files = new Map([
  ['package.json', JSON.stringify(manifest, null, 2)],
  ['package-lock.json', JSON.stringify(lock, null, 2)],
])

function open({ url }: { url: string }) {
  return createRegistry({ url, userAgent: 'architect/test', timeoutMs: 2_000, now: () => 0 })
}

function publish(standIn: RegistryStandIn): void {
  standIn.publish('lodash', { '4.17.20': {}, '4.17.21': {} })
  standIn.publish('request', { '2.88.2': { deprecated: 'request has been deprecated' } })
  standIn.publish('express', { '3.21.2': {}, '4.21.2': {}, '5.1.0': {} })
  const advisory = (ghsa: string, severity: string, title: string, range: string) => ({
    id: 1,
    url: `https://github.com/advisories/${ghsa}`,
    title,
    severity,
    vulnerable_versions: range,
  })
  standIn.advise('lodash', advisory('GHSA-29mw-wpgm-hmr9', 'moderate', 'Slow patterns', '<4.17.21'))
  standIn.advise('lodash', advisory('GHSA-35jh-r3h4-6jhm', 'high', 'Command Injection in lodash', '<4.17.21'))
  standIn.advise('express', advisory('GHSA-aaaa-bbbb-cccc', 'high', 'Not this version', '>=4.0.0 <4.19.2'))
}

test('the registry says what is vulnerable, deprecated and outdated in the installed versions', async () => {
  await using standIn = await startRegistry()
  publish(standIn)
  const { advice, notAssessed } = await readPackageAdvice(open(standIn), files)
  expect(advice).toEqual([
    {
      name: 'lodash',
      version: '4.17.20',
      kind: 'vulnerable',
      text: 'Command Injection in lodash (GHSA-35jh-r3h4-6jhm); 1 more: GHSA-29mw-wpgm-hmr9; fixed in 4.17.21',
      severity: 'high',
      url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
    },
    {
      name: 'request',
      version: '2.88.2',
      kind: 'deprecated',
      text: 'its authors say: request has been deprecated',
    },
    { name: 'express', version: '3.21.2', kind: 'outdated', text: 'the latest is 5.1.0', majorsBehind: 2 },
  ])
  expect(notAssessed).toEqual([
    'Packages that the registry does not have: gone.',
    'Packages that do not come from the public registry: @acme/billing, local.',
  ])
})

test('private, local and development packages are never asked about', async () => {
  await using standIn = await startRegistry()
  publish(standIn)
  await readPackageAdvice(open(standIn), files)
  expect(standIn.requests.toSorted()).toEqual([
    'GET /express',
    'GET /gone',
    'GET /lodash',
    'GET /request',
    'POST /-/npm/v1/security/advisories/bulk',
  ])
})

test('a repository that installs from a registry of its own is not asked about elsewhere', async () => {
  await using standIn = await startRegistry()
  const own = new Map([...files, ['.npmrc', 'registry=https://npm.corp/\n']])
  const { advice, notAssessed } = await readPackageAdvice(open(standIn), own)
  expect(standIn.requests).toEqual([])
  expect(advice).toEqual([])
  expect(notAssessed).toHaveLength(1)
})

test('a registry without advisories, or none at all, is named in the coverage', async () => {
  await using standIn = await startRegistry()
  publish(standIn)
  standIn.failAt('/-/npm', { status: 405 })
  const reading = await readPackageAdvice(open(standIn), files)
  expect(reading.advice.map(({ kind }) => kind)).toEqual(['deprecated', 'outdated'])
  expect(reading.notAssessed[0]).toContain('does not offer this. Only those known')

  const away = await readPackageAdvice(open({ url: 'http://127.0.0.1:9' }), files)
  expect(away.advice).toEqual([])
  const { coverage } = analyse(files, { packages: away.advice, packagesNotAssessed: away.notAssessed })
  expect(coverage.notAssessed).toEqual(
    expect.arrayContaining([expect.stringContaining('127.0.0.1:9 cannot be reached')]),
  )
})

test('advice becomes findings at the line of the dependency, one for each', async () => {
  await using standIn = await startRegistry()
  publish(standIn)
  const { advice } = await readPackageAdvice(open(standIn), files)
  const { findings, coverage } = analyse(files, { packages: advice })
  const told = findings.filter(({ rule }) => /^(vulnerable|deprecated|outdated)-dependency$/.test(rule))
  expect(told.map(({ rule, line, severity }) => [rule, line, severity])).toEqual([
    ['vulnerable-dependency', 4, 'medium'],
    ['deprecated-dependency', 5, 'low'],
    ['outdated-dependency', 6, 'info'],
    ['vulnerable-dependency', 6, 'medium'],
  ])
  expect(coverage.notAssessed).toEqual([])
})

test('without a registry the coverage says what was not assessed', () => {
  const { coverage } = analyse(files)
  expect(coverage.notAssessed.join()).toContain('outdated')
})

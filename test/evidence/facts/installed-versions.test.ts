import { expect, test } from 'vitest'
import { readInstalledVersions } from '../../../src/evidence/facts/installed-versions.ts'

const ws = (manifest: string, range = '^8.0.0') => ({ name: 'ws', range, manifest })

test('each workspace of a pnpm repository has its own version', () => {
  const lock = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      ws:
        specifier: ^8.0.0
        version: 8.18.3

  packages/api:
    dependencies:
      '@types/ws':
        specifier: ^8.5.0
        version: 8.5.4
      ws:
        specifier: ^7.0.0
        version: 7.5.9(bufferutil@4.0.8)

packages:

  ws@8.18.3:
    resolution: {integrity: sha512-x}
`
  const installed = readInstalledVersions('pnpm-lock.yaml', lock)
  expect(installed(ws('package.json'))).toBe('8.18.3')
  expect(installed(ws('packages/api/package.json'))).toBe('7.5.9')
  expect(installed({ ...ws('packages/api/package.json'), name: '@types/ws' })).toBe('8.5.4')
  expect(installed({ ...ws('package.json'), name: 'express' })).toBeUndefined()
})

test('npm holds the version of a workspace beside it when it differs from the root', () => {
  const packages = {
    '': { name: 'root', version: '1.0.0' },
    'node_modules/ws': { version: '8.18.3' },
    'packages/api/node_modules/ws': { version: '7.5.9' },
    'node_modules/a/node_modules/ws': { version: '1.0.0' },
  }
  const installed = readInstalledVersions('app/package-lock.json', JSON.stringify({ packages }, null, 2))
  expect(installed(ws('app/package.json'))).toBe('8.18.3')
  expect(installed(ws('app/packages/api/package.json'))).toBe('7.5.9')
  expect(installed(ws('app/packages/web/package.json'))).toBe('8.18.3')
})

test.each([
  ['"ws@^7.0.0":\n  version "7.5.9"\n\nws@^8.0.0, ws@^8.18.0:\n  version "8.18.3"\n'],
  ['"ws@npm:^7.0.0":\n  version: 7.5.9\n\n"ws@npm:^8.0.0, ws@npm:^8.18.0":\n  version: 8.18.3\n'],
])('yarn holds a version for each range', (lock) => {
  const installed = readInstalledVersions('yarn.lock', lock)
  expect(installed(ws('package.json', '^7.0.0'))).toBe('7.5.9')
  expect(installed(ws('package.json', '^8.18.0'))).toBe('8.18.3')
})

test.each(['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock'])('a broken %s holds nothing', (path) => {
  expect(readInstalledVersions(path, '{ "packages": [')(ws('package.json'))).toBeUndefined()
})

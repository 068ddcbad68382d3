import { expect, test } from 'vitest'
import { readInstalledVersions } from '../../../src/evidence/facts/installed-versions.ts'

const read = (path: string, text: string) => readInstalledVersions(new Map([[path, text]]))
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
  const installed = read('pnpm-lock.yaml', lock)
  expect(installed(ws('package.json'))).toMatchObject({ version: '8.18.3' })
  expect(installed(ws('packages/api/package.json'))).toMatchObject({ version: '7.5.9' })
  expect(installed({ ...ws('packages/api/package.json'), name: '@types/ws' })).toMatchObject({ version: '8.5.4' })
  expect(installed({ ...ws('package.json'), name: 'express' }).version).toBeUndefined()
})

test('npm holds the version of a workspace beside it when it differs from the root', () => {
  const packages = {
    '': { name: 'root', version: '1.0.0' },
    'node_modules/ws': { version: '8.18.3' },
    'packages/api/node_modules/ws': { version: '7.5.9' },
    'node_modules/a/node_modules/ws': { version: '1.0.0' },
  }
  const installed = read('app/package-lock.json', JSON.stringify({ packages }, null, 2))
  expect(installed(ws('app/package.json'))).toMatchObject({ version: '8.18.3' })
  expect(installed(ws('app/packages/api/package.json'))).toMatchObject({ version: '7.5.9' })
  expect(installed(ws('app/packages/web/package.json'))).toMatchObject({ version: '8.18.3' })
})

test.each([
  ['"ws@^7.0.0":\n  version "7.5.9"\n\nws@^8.0.0, ws@^8.18.0:\n  version "8.18.3"\n'],
  ['"ws@npm:^7.0.0":\n  version: 7.5.9\n\n"ws@npm:^8.0.0, ws@npm:^8.18.0":\n  version: 8.18.3\n'],
])('yarn holds a version for each range', (lock) => {
  const installed = read('yarn.lock', lock)
  expect(installed(ws('package.json', '^7.0.0'))).toMatchObject({ version: '7.5.9' })
  expect(installed(ws('package.json', '^8.18.0'))).toMatchObject({ version: '8.18.3' })
})

test.each(['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock'])('a broken %s holds nothing', (path) => {
  expect(read(path, '{ "packages": [')(ws('package.json')).version).toBeUndefined()
})

test('a package.json takes the lock file nearest above it', () => {
  const installed = readInstalledVersions(
    new Map([
      ['yarn.lock', 'prettier@^3.0.0:\n  version "3.1.0"\n'],
      ['server/yarn.lock', 'ws@^8.0.0:\n  version "8.18.3"\n'],
    ]),
  )
  expect(installed(ws('server/package.json'))).toEqual({ version: '8.18.3', path: 'server/yarn.lock' })
  expect(installed(ws('package.json'))).toEqual({ path: 'yarn.lock' })
  expect(readInstalledVersions(new Map())(ws('package.json'))).toEqual({})
})

test('a range the lock file does not hold is sure when it holds one version of that name', () => {
  expect(read('yarn.lock', 'ws@^8.1.0:\n  version "8.18.3"\n')(ws('package.json'))).toMatchObject({ version: '8.18.3' })
  const two = 'ws@^7.0.0:\n  version "7.5.9"\n\nws@^8.1.0:\n  version "8.18.3"\n'
  expect(read('yarn.lock', two)(ws('package.json')).version).toBeUndefined()
})

test.each([
  [
    'pnpm-lock.yaml',
    'lockfileVersion: 5.4\n\nspecifiers:\n  ws: ^8.0.0\n\ndependencies:\n  ws: 8.18.3_abc\n\npackages:\n\n  /ws/7.0.0:\n    resolution: {integrity: x}\n',
  ],
  [
    'pnpm-lock.yaml',
    "importers:\n\n  .:\n    dependencies:\n      ws:\n        specifier: npm:@acme/ws@^8\n        version: '@acme/ws@8.18.3'\n",
  ],
  ['bun.lock', '{\n  "packages": {\n    "ws": ["ws@8.18.3", "", {}, "sha"],\n  },\n}\n'],
  ['package-lock.json', '{ "lockfileVersion": 1, "dependencies": { "ws": { "version": "8.18.3" } } }'],
])('%s is read in each of its forms, %#', (path, lock) => {
  expect(read(path, lock)(ws('package.json'))).toMatchObject({ version: '8.18.3' })
})

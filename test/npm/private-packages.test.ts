import { expect, test } from 'vitest'
import { readPrivatePackages, registryDependency } from '../../src/npm/private-packages.ts'

test('a repository keeps its own packages, their scopes and the scopes with a registry of their own', () => {
  const npmrc = '# ours\n@tools:registry=https://npm.pkg.github.com\n//npm.pkg.github.com/:_authToken=${TOKEN}\n'
  const yarnrc = 'npmScopes:\n  billing:\n    npmRegistryServer: "https://npm.corp"\nnodeLinker: node-modules\n'
  const { isPrivate, registryHost } = readPrivatePackages(['orders', '@acme/web'], [npmrc, yarnrc])
  const names = ['orders', '@acme/web', '@acme/anything', '@tools/cli', '@billing/api', 'express', '@fastify/cors']
  expect(names.filter((name) => isPrivate(name))).toEqual(names.slice(0, 5))
  expect(registryHost).toBeUndefined()
})

test.each([
  ['registry=https://npm.corp/api/', 'npm.corp'],
  ['registry = "https://registry.npmjs.org/"', 'registry.npmjs.org'],
  ['npmRegistryServer: "https://npm.corp:8443"', 'npm.corp:8443'],
  ['# registry=https://npm.corp', undefined],
])('%j names the registry everything comes from', (text, host) => {
  expect(readPrivatePackages([], [text]).registryHost).toBe(host)
})

test.each([
  ['^4.0.0', { name: 'a', range: '^4.0.0' }],
  ['>=1 <2 || 3.x', { name: 'a', range: '>=1 <2 || 3.x' }],
  ['latest', { name: 'a', range: 'latest' }],
  ['', { name: 'a', range: '*' }],
  ['catalog:', { name: 'a', range: '*' }],
  ['npm:b@^2', { name: 'b', range: '^2' }],
  ['npm:@s/b', { name: '@s/b', range: '*' }],
  ['workspace:*', undefined],
  ['file:../a', undefined],
  ['link:../a', undefined],
  ['../a', undefined],
  ['git+ssh://git@github.com/acme/a.git', undefined],
  ['github:acme/a', undefined],
  ['acme/a#v1', undefined],
  ['https://example.com/a.tgz', undefined],
])('a dependency on %j', (range, asked) => {
  expect(registryDependency('a', range)).toEqual(asked)
})

import { expect, test } from 'vitest'
import { readProject } from '../../../src/evidence/facts/project.ts'

const files = (entries: Record<string, string>): Map<string, string> => new Map(Object.entries(entries))

const manifest = (fields: object): string => JSON.stringify({ name: 'shop', ...fields }, null, 2)

test('names framework, data client, lock file and the version installed', () => {
  const facts = readProject(
    files({
      'package.json': manifest({ dependencies: { express: '^5.1.0', pg: '8.11.0' }, devDependencies: { vitest: '5' } }),
      'package-lock.json':
        '{\n  "packages": {\n    "node_modules/express": {\n      "version": "5.1.2"\n    },\n    "node_modules/a/node_modules/pg": {\n      "version": "7.0.0"\n    }\n  }\n}',
    }),
  )
  expect(facts.packageManager).toBe('npm')
  expect(facts.frameworks).toEqual([{ name: 'Express', package: 'express', range: '^5.1.0', installed: '5.1.2' }])
  expect(facts.dataClients).toEqual([{ name: 'pg', package: 'pg', range: '8.11.0' }])
  expect(facts.testRunners).toEqual(['Vitest'])
})

test('the image decides which Node.js runs, before CI and engines', () => {
  const facts = readProject(
    files({
      'package.json': manifest({ engines: { node: '>=18' } }),
      Dockerfile: 'FROM node:20-alpine AS build\nRUN npm ci\nFROM node:22.4-slim\n',
      '.github/workflows/ci.yml': 'steps:\n  - with:\n      node-version: 24\n',
      '.nvmrc': 'lts/iron\n',
    }),
  )
  expect(facts.node.inUse).toMatchObject({ source: 'Dockerfile', line: 3, major: 22 })
  expect(facts.node.claims.map((claim) => claim.major)).toEqual([22, 20, 20, 24, 18])
})

test.each([
  ['FROM --platform=linux/amd64 node:18\n', 18],
  ['FROM node:latest\n', undefined],
  ['FROM registry.example.com/base/node:21.1.0-bookworm\n', 21],
  ['FROM node:carbon\n', 8],
])('reads %j', (dockerfile, major) => {
  const facts = readProject(files({ Dockerfile: dockerfile }))
  expect(facts.node.claims[0]?.major).toBe(major)
})

test('finds the source of a built entry point, the scripts and the process manager', () => {
  const facts = readProject(
    files({
      'package.json': manifest({ main: 'dist/main.js', scripts: { start: 'pm2-runtime dist/main.js' } }),
      'src/main.ts': "import { x } from './x'\nexport const port = process.env.PORT\n",
      'src/x.ts': "export const { DATABASE_URL, REDIS_URL: redis } = process.env\nprocess.env['API_KEY']",
    }),
  )
  expect(facts.entryPoints).toEqual(['src/main.ts'])
  expect(facts.processManager).toBe('PM2')
  expect(facts.environment).toEqual(['API_KEY', 'DATABASE_URL', 'PORT', 'REDIS_URL'])
  expect(facts.moduleFormat).toBe('esm')
})

test('lists Docker, compose, CI and workspaces', () => {
  const facts = readProject(
    files({
      'package.json': manifest({ workspaces: ['packages/*'] }),
      'packages/a/package.json': manifest({ dependencies: { fastify: '5.0.0' } }),
      'docker-compose.yml': 'services: {}',
      '.gitlab-ci.yml': 'test:\n  image: node:22\n',
      'pnpm-workspace.yaml': 'packages:\n  - apps/*\n',
    }),
  )
  expect(facts.frameworks[0]?.name).toBe('Fastify')
  expect(facts.composeFiles).toEqual(['docker-compose.yml'])
  expect(facts.ciFiles).toEqual(['.gitlab-ci.yml'])
  expect(facts.workspaces).toEqual(['packages/*', 'apps/*'])
  expect(facts.node.inUse).toMatchObject({ source: 'CI', major: 22 })
})

test('reads versions from yarn and pnpm lock files', () => {
  const yarn = readProject(
    files({
      'package.json': manifest({ dependencies: { koa: '^2.0.0' } }),
      'yarn.lock': 'koa@^2.0.0:\n  version "2.15.0"\n',
    }),
  )
  expect(yarn.frameworks[0]?.installed).toBe('2.15.0')
  const pnpm = readProject(
    files({
      'package.json': manifest({ dependencies: { hono: '^4.0.0' } }),
      'pnpm-lock.yaml':
        'importers:\n  .:\n    dependencies:\n      hono:\n        specifier: ^4.0.0\n        version: 4.2.1\n',
    }),
  )
  expect(pnpm.frameworks[0]?.installed).toBe('4.2.1')
  expect(pnpm.packageManager).toBe('pnpm')
})

test('malformed and empty input gives facts, not an exception', () => {
  const broken = readProject(files({ 'package.json': '{"name": ', 'pnpm-workspace.yaml': ':\n\t- [', Dockerfile: '' }))
  expect(broken.manifests).toEqual([])
  expect(readProject(new Map()).dependencies).toEqual([])
  expect(readProject(files({ 'package.json': '[]' })).frameworks).toEqual([])
})

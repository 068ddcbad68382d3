import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator } from 'emulate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMemoryCache } from '../../src/github/answer-cache.ts'
import type { GitHubAuth } from '../../src/github/credentials.ts'
import { createGitHub } from '../../src/github/github.ts'
import type { GitHub } from '../../src/github/github.ts'
import type { Resolved } from '../../src/github/resolved.ts'
import { startGitHub } from '../support/github/start-github.ts'
import { problemOf, valueOf } from './open-client.ts'
import { writeTo } from './seed-emulator.ts'

const files = { 'src/app.js': "import { pay } from './pay.js'\npay()\n", 'src/pay.js': 'export function pay() {}\n' }
const changed = { 'src/pay.js': 'export function pay() {\n  charge()\n}\n', 'docs/pay.md': '# Paying\n' }
const message = { first: 'Add paying', second: 'Charge the card' }
const pull = { title: 'Charge', body: 'Charges the card.' }

/** The same small repository on a GitHub of our making, and on one that others wrote. */
type Started = { url: string; appKey: string; stop: () => Promise<void> }

async function startOurs(): Promise<Started> {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const installations = [{ id: 100, account: 'octocat', repositories: ['octocat/orders'] }]
  const standIn = await startGitHub({
    tokens: [{ token: 'ghp_test', login: 'octocat', repositories: [] }],
    apps: [{ appId: '1234', name: 'Architect', publicKey: keys.publicKey, installations }],
    repositories: [
      {
        owner: 'octocat',
        name: 'orders',
        commits: [
          { id: 'first', message: message.first, files },
          { branch: 'feature/pay', message: message.second, files: changed },
        ],
        tags: [{ name: 'v1', at: 'first' }],
        pulls: [{ number: 1, ...pull, head: 'feature/pay', author: 'octocat' }],
      },
    ],
  })
  return { url: standIn.url, appKey: keys.privateKey, stop: async () => standIn[Symbol.asyncDispose]() }
}

async function startTheirs(): Promise<Started> {
  const permissions = { contents: 'read', metadata: 'read', pull_requests: 'read' }
  const installations = [{ installation_id: 100, account: 'octocat', repository_selection: 'all' }]
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { ghp_test: { login: 'octocat', scopes: ['repo'] } },
      github: {
        users: [{ login: 'octocat' }],
        repos: [{ owner: 'octocat', name: 'orders', auto_init: true }],
        apps: [{ app_id: 1234, slug: 'architect', name: 'Architect', permissions, installations }],
      },
    },
  })
  const writer = writeTo(emulator.url, { token: 'ghp_test', owner: 'octocat', name: 'orders' })
  const first = await writer.commit({ message: message.first, files })
  await writer.move('heads/main', first.sha)
  await writer.point('tags/v1', first.sha)
  const parents = [first.sha]
  const second = await writer.commit({ message: message.second, files: changed, parents, baseTree: first.tree })
  await writer.point('heads/feature/pay', second.sha)
  await writer.pull({ ...pull, head: 'feature/pay', base: 'main' })
  const appKey = String(emulator.generatedSecrets[0]?.value)
  return { url: emulator.url, appKey, stop: () => emulator.close() }
}

describe.each([
  ['our own stand-in', startOurs],
  ["emulate's GitHub", startTheirs],
])('Reading from %s', (_name, start) => {
  let started: Started
  let directory: string
  let github: GitHub

  const connect = (auth: GitHubAuth) =>
    createGitHub({
      apiUrl: started.url,
      auth,
      userAgent: 'architect-test',
      cache: createMemoryCache(),
      snapshotDirectory: directory,
    })

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'architect-github-'))
    started = await start()
    github = connect({ kind: 'token', token: 'ghp_test' })
  })
  afterAll(async () => {
    await started.stop()
    await rm(directory, { recursive: true })
  })

  async function open(page: string): Promise<Resolved> {
    const [target] = github.findLinks(`https://github.com/octocat/orders${page}`)
    if (!target) throw new Error('No link was found')
    return valueOf(await github.resolve(target))
  }

  async function openCode(page: string) {
    const resolved = await open(page)
    if (resolved.kind !== 'code') throw new Error('That is no code')
    return resolved
  }

  test('a repository is described', async () => {
    expect(valueOf(await github.repository({ owner: 'octocat', name: 'orders' }))).toMatchObject({
      owner: 'octocat',
      name: 'orders',
      private: false,
      defaultBranch: 'main',
    })
    expect(problemOf(await github.repository({ owner: 'octocat', name: 'gone' })).kind).toBe('not-found')
  })

  test('branches, tags and commits are told from paths', async () => {
    const main = await openCode('/tree/main/src')
    expect(main).toMatchObject({ ref: 'main', path: 'src', pin: { sha: expect.stringMatching(/^[0-9a-f]{40}$/) } })
    expect(await openCode('')).toMatchObject({ pin: main.pin })
    expect(await openCode('/blob/v1/src/app.js#L2')).toMatchObject({ ref: 'v1', path: 'src/app.js', pin: main.pin })
    expect(await openCode(`/blob/${main.pin.sha}/src/app.js`)).toMatchObject({ path: 'src/app.js', pin: main.pin })
    expect(await openCode('/blob/feature/pay/src/pay.js')).toMatchObject({ ref: 'feature/pay', path: 'src/pay.js' })
  })

  test('files are listed and read at the commit', async () => {
    const { pin } = await openCode('/tree/feature/pay')
    const { files: listed } = valueOf(await github.listFiles(pin))
    expect(listed.map(({ path }) => path)).toEqual(['docs/pay.md', 'src/app.js', 'src/pay.js'])
    expect(valueOf(await github.readFile(pin, 'src/pay.js')).text).toBe(changed['src/pay.js'])
    expect(problemOf(await github.readFile(pin, 'src/gone.js')).kind).toBe('missing')
    expect(problemOf(await github.readFile(pin, 'src')).kind).toBe('directory')
  })

  test('a commit is read with its files', async () => {
    const { pin } = await openCode('/tree/feature/pay')
    expect(await open(`/commit/${pin.sha}`)).toMatchObject({
      kind: 'commit',
      message: message.second,
      files: [
        { path: 'docs/pay.md', status: 'added' },
        { path: 'src/pay.js', status: 'modified', additions: 3 },
      ],
    })
  })

  test('a comparison is read with both its ends', async () => {
    const [main, feature] = [await openCode('/tree/main'), await openCode('/tree/feature/pay')]
    expect(await open('/compare/main...feature/pay')).toMatchObject({
      kind: 'compare',
      base: main.pin,
      head: feature.pin,
      mergeBase: main.pin,
      commits: 1,
      files: [{ path: 'docs/pay.md' }, { path: 'src/pay.js', patch: expect.stringContaining('+  charge()') }],
    })
  })

  test('a pull request is read with both its ends', async () => {
    const [main, feature] = [await openCode('/tree/main'), await openCode('/tree/feature/pay')]
    expect(await open('/pull/1')).toMatchObject({
      kind: 'pull',
      ...pull,
      state: 'open',
      author: 'octocat',
      base: { ...main.pin, ref: 'main' },
      head: { ...feature.pin, ref: 'feature/pay' },
    })
  })

  test('an App reads through its installation', async () => {
    const app = connect({ kind: 'app', appId: '1234', privateKey: started.appKey })
    expect(valueOf(await app.resolveHead({ owner: 'octocat', name: 'orders' }))).toMatchObject({ ref: 'main' })
    expect(valueOf(await app.rate()).identity).toEqual({ kind: 'app', name: 'Architect', installations: 1 })
  })

  test('the rate limit and the person behind the token are told', async () => {
    const { identity, core } = valueOf(await github.rate())
    expect(identity).toEqual({ kind: 'token', login: 'octocat' })
    expect(core).toMatchObject({ limit: 5000, remaining: expect.any(Number) })
  })
})

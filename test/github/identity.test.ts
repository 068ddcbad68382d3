import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createMemoryCache } from '../../src/github/answer-cache.ts'
import { createGitHub } from '../../src/github/github.ts'
import type { GitHubOptions } from '../support/github/start-github.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'
import { orders, secret } from './sample.ts'

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const vault = { owner: 'acme', name: 'vault' }
const tokens = [
  { token: 'ghp_ada', login: 'ada', repositories: ['acme/vault'] },
  { token: 'ghp_eve', login: 'eve', repositories: [] },
  { token: 'ghs_actions', repositories: ['acme/vault'] },
]
const installation = { id: 41, account: 'acme', repositories: ['acme/vault'] }
const app = { appId: '1234', name: 'Architect', publicKey: keys.publicKey, installations: [installation] }
const seed: GitHubOptions = { repositories: [orders, secret], tokens, apps: [app] }
const withToken = (token: string) => ({ auth: { kind: 'token', token } as const })
const withApp = (privateKey = keys.privateKey) => ({ auth: { kind: 'app', appId: '1234', privateKey } as const })

describe('Reading with a token', () => {
  test('opens what the token may read', async () => {
    await using client = await openClient(seed, withToken('ghp_ada'))
    expect(valueOf(await client.github.repository(vault))).toMatchObject({ name: 'vault', private: true })
  })

  test('says the same of a forbidden and of a missing repository', async () => {
    await using client = await openClient(seed, withToken('ghp_eve'))
    const forbidden = problemOf(await client.github.repository(vault))
    const missing = problemOf(await client.github.repository({ owner: 'acme', name: 'nothing' }))
    expect(forbidden.kind).toBe('not-found')
    expect(forbidden.sentence.replace('vault', 'nothing')).toBe(missing.sentence)
  })

  test.each([
    [403, 'Resource protected by organization SAML enforcement.'],
    [451, 'Repository unavailable due to DMCA takedown.'],
  ])('says the same of a repository that answers %i', async (status, message) => {
    await using client = await openClient(seed, withToken('ghp_ada'))
    client.standIn.fail({ route: /vault$/, kind: 'status', status, message })
    expect(problemOf(await client.github.repository(vault)).kind).toBe('not-found')
  })

  test('says that a wrong token was refused', async () => {
    await using client = await openClient(seed, withToken('ghp_wrong'))
    expect(problemOf(await client.github.repository(vault)).kind).toBe('unauthorised')
    expect(problemOf(await client.github.rate()).kind).toBe('unauthorised')
  })

  test('tells what a person may do in a repository', async () => {
    await using client = await openClient(seed, withToken('ghp_ada'))
    expect(valueOf(await client.github.permission(vault, 'ada'))).toBe('write')
    expect(valueOf(await client.github.permission(vault, 'eve'))).toBe('none')
    expect(problemOf(await client.github.permission(vault, 'nobody')).kind).toBe('not-found')
  })
})

describe('Reading as a GitHub App', () => {
  test('opens a private repository through its installation, signing in once', async () => {
    await using client = await openClient(seed, withApp())
    expect(valueOf(await client.github.repository(vault)).private).toBe(true)
    const head = valueOf(await client.github.resolveHead(vault))
    expect(head).toMatchObject({ kind: 'code', ref: 'main' })
    const asked = client.standIn.requests.map(({ method, path }) => `${method} ${path}`)
    expect(asked.filter((request) => request.startsWith('POST'))).toHaveLength(1)
    expect(asked.filter((request) => request.endsWith('/installation'))).toHaveLength(1)
  })

  test('takes a private key written on one line', async () => {
    await using client = await openClient(seed, withApp(keys.privateKey.replaceAll('\n', String.raw`\n`)))
    expect(valueOf(await client.github.repository(vault)).name).toBe('vault')
  })

  test('reads a public repository it is not installed in, at the rate of an installation', async () => {
    await using client = await openClient(seed, withApp())
    expect(valueOf(await client.github.repository({ owner: 'acme', name: 'orders' })).name).toBe('orders')
    expect(client.standIn.requests.at(-1)?.headers.authorization).toMatch(/^token ghs_/)
  })

  test('reads public repositories as nobody while it is installed nowhere', async () => {
    await using client = await openClient({ ...seed, apps: [{ ...app, installations: [] }] }, withApp())
    expect(valueOf(await client.github.repository({ owner: 'acme', name: 'orders' })).name).toBe('orders')
    expect(problemOf(await client.github.repository(vault)).kind).toBe('not-found')
    expect(client.standIn.requests.at(-1)?.headers.authorization).toBeUndefined()
  })

  test('sees a new installation half a minute later', async () => {
    let nowMs = Date.now()
    const installations = [{ ...installation, repositories: [] as string[] }]
    await using client = await openClient(
      { ...seed, apps: [{ ...app, installations }] },
      { ...withApp(), now: () => nowMs },
    )
    expect(problemOf(await client.github.repository(vault)).kind).toBe('not-found')
    installations[0]?.repositories.push('acme/vault')
    nowMs += 31_000
    expect(valueOf(await client.github.repository(vault)).name).toBe('vault')
  })

  test('opens nothing through a suspended installation', async () => {
    const apps = [{ ...app, installations: [{ ...installation, suspended: true }] }]
    await using client = await openClient({ ...seed, apps }, withApp())
    expect(problemOf(await client.github.repository(vault)).kind).toBe('not-found')
  })

  test('says that a wrong key was refused', async () => {
    const other = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    await using client = await openClient(seed, withApp(other.privateKey))
    expect(problemOf(await client.github.repository(vault)).kind).toBe('unauthorised')
  })

  test('refuses to start with a private key that is none', () => {
    const setup = {
      apiUrl: 'https://api.github.com',
      userAgent: 'x',
      cache: createMemoryCache(),
      snapshotDirectory: '/',
    }
    const auth = { kind: 'app', appId: '1', privateKey: '-----BEGIN RSA PRIVATE KEY-----' } as const
    expect(() => createGitHub({ ...setup, auth })).toThrow('GITHUB_APP_PRIVATE_KEY is not a private key')
  })
})

describe('Telling who asks and how much is left', () => {
  test.each([
    ['nobody', { auth: { kind: 'none' } as const }, { kind: 'anonymous' }, 60],
    ['a person', withToken('ghp_ada'), { kind: 'token', login: 'ada' }, 5000],
    ['a token of no person', withToken('ghs_actions'), { kind: 'token' }, 5000],
    ['an App', withApp(), { kind: 'app', name: 'Architect', installations: 1 }, 5000],
  ])('names %s', async (_name, setup, identity, limit) => {
    await using client = await openClient(seed, setup)
    const rate = valueOf(await client.github.rate())
    expect(rate.identity).toEqual(identity)
    expect(rate.core).toEqual({ limit, remaining: limit, resetsAt: expect.any(Date) })
  })

  test('names an App that is installed nowhere', async () => {
    await using client = await openClient({ ...seed, apps: [{ ...app, installations: [] }] }, withApp())
    expect(valueOf(await client.github.rate())).toEqual({
      identity: { kind: 'app', name: 'Architect', installations: 0 },
    })
  })

  test('tells no limit where GitHub sets none', async () => {
    await using client = await openClient(seed)
    client.standIn.fail({ route: /rate_limit/, kind: 'status', status: 404, message: 'Rate limiting is not enabled.' })
    expect(valueOf(await client.github.rate())).toEqual({ identity: { kind: 'anonymous' } })
  })
})

import { describe, expect, test } from 'vitest'
import { createMemoryCache } from '../../src/github/answer-cache.ts'
import { createGitHub } from '../../src/github/github.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'
import type { OpenClient } from './open-client.ts'
import { orders, secret } from './sample.ts'

const ref = { owner: 'acme', name: 'orders' }

function again({ standIn, snapshotDirectory }: OpenClient, cache = createMemoryCache(), token?: string) {
  const auth = token ? ({ kind: 'token', token } as const) : ({ kind: 'none' } as const)
  return createGitHub({ apiUrl: standIn.url, auth, userAgent: 'architect-test', cache, snapshotDirectory })
}

async function readApp(github: OpenClient['github']): Promise<string> {
  const head = valueOf(await github.resolveHead(ref))
  return valueOf(await github.readFile(head.pin, 'src/app.js')).text
}

describe('Asking GitHub again', () => {
  test('costs nothing of the rate limit when nothing changed', async () => {
    const cache = createMemoryCache()
    await using client = await openClient({ repositories: [orders] }, { cache })
    await readApp(client.github)
    const before = valueOf(await client.github.rate()).core?.remaining
    expect(await readApp(again(client, cache))).toContain('SIGTERM')
    expect(valueOf(await client.github.rate()).core?.remaining).toBe(before)
  })

  test('sends no request at all for a commit that was read before', async () => {
    const cache = createMemoryCache()
    await using client = await openClient({ repositories: [orders] }, { cache })
    await readApp(client.github)
    const before = client.standIn.requests.length
    await readApp(again(client, cache))
    const sent = client.standIn.requests.slice(before)
    expect(sent.map(({ status }) => status)).toEqual([304, 304])
    expect(sent.some(({ path }) => /trees|blobs/.test(path))).toBe(false)
  })

  test('sees what was pushed in between', async () => {
    await using client = await openClient({ repositories: [orders] })
    await readApp(client.github)
    client.standIn.push('acme/orders', { message: 'Rewrite', files: { 'src/app.js': 'rewritten\n' } })
    expect(await readApp(client.github)).toBe('rewritten\n')
  })

  test('never serves one identity what another was shown', async () => {
    const cache = createMemoryCache()
    const tokens = [
      { token: 'allowed', login: 'ada', repositories: ['acme/vault'] },
      { token: 'other', login: 'eve', repositories: [] },
    ]
    await using client = await openClient({ repositories: [secret], tokens })
    const allowed = again(client, cache, 'allowed')
    const head = valueOf(await allowed.resolveHead({ owner: 'acme', name: 'vault' }))
    valueOf(await allowed.readFile(head.pin, 'key.js'))
    for (const github of [again(client, cache, 'other'), again(client, cache)]) {
      expect(problemOf(await github.repository({ owner: 'acme', name: 'vault' })).kind).toBe('not-found')
      expect(problemOf(await github.readFile(head.pin, 'key.js')).kind).toBe('no-such-commit')
      expect(problemOf(await github.searchCode(head.pin, 'key')).kind).toBe('no-such-commit')
    }
  })
})

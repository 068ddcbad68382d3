import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createMemoryCache } from '../../src/github/answer-cache.ts'
import { connectGitHub } from '../../src/github/connect-github.ts'
import type { FileChanges } from '../../src/github/publish.ts'
import type { SeedRepository, SeedToken } from '../support/github/seed.ts'
import { startGitHub, type GitHubStandIn } from '../support/github/start-github.ts'

const branch = 'architect/decisions'
const orders: SeedRepository = {
  owner: 'acme',
  name: 'orders',
  commits: [{ message: 'Start', files: { 'README.md': '# Orders\n' } }],
}
const onlyA: FileChanges = new Map([['docs/decisions/0001-a.md', '# A\n']])
const writer: SeedToken = { token: 'may-write', repositories: [], writes: ['acme/orders'] }

function start(repository: Partial<SeedRepository> = {}, token: SeedToken = writer): Promise<GitHubStandIn> {
  return startGitHub({ repositories: [{ ...orders, ...repository }], tokens: [token] })
}

interface Changes {
  files?: FileChanges
  title?: string
}

function publish(
  standIn: GitHubStandIn,
  { files = onlyA, title = 'Decisions of the team' }: Changes = {},
  token = 'may-write',
) {
  const client = connectGitHub({
    apiUrl: standIn.url,
    auth: token === '' ? { kind: 'none' } : { kind: 'token', token },
    userAgent: 'architect-test',
    cache: createMemoryCache(),
    snapshotDirectory: tmpdir(),
  })
  return client.writer.publish({
    repository: { owner: 'acme', name: 'orders' },
    branch,
    files: async () => ({ ok: true, value: files }),
    message: 'Record decisions',
    title,
    body: 'ADR-1',
  })
}

function filesOn(standIn: GitHubStandIn, name: string): string[] {
  const { store, refs } = standIn.site.named('acme/orders')
  return [...store.filesOf(refs.get(`refs/heads/${name}`)).keys()].sort()
}

describe('publishing', () => {
  test('opens one pull request and brings it up to date instead of opening another', async () => {
    await using standIn = await start()
    expect(await publish(standIn)).toMatchObject({ ok: true, value: { kind: 'opened', pull: 1 } })
    const files = new Map([['docs/decisions/0002-b.md', '# B\n']])
    const again = await publish(standIn, { files, title: 'Two decisions' })
    expect(again).toMatchObject({ ok: true, value: { kind: 'updated', pull: 1 } })
    const { pulls } = standIn.site.named('acme/orders')
    expect([...pulls.values()]).toMatchObject([{ title: 'Two decisions', head: branch, base: 'main' }])
    expect(filesOn(standIn, branch)).toEqual(['README.md', 'docs/decisions/0001-a.md', 'docs/decisions/0002-b.md'])
    expect(filesOn(standIn, 'main')).toEqual(['README.md'])
  })

  test('writes nothing when the pull request holds it all already', async () => {
    await using standIn = await start()
    await publish(standIn)
    const before = standIn.site.named('acme/orders').refs.get(`refs/heads/${branch}`)
    expect(await publish(standIn)).toMatchObject({ ok: true, value: { kind: 'nothing-to-do', pull: 1 } })
    expect(standIn.site.named('acme/orders').refs.get(`refs/heads/${branch}`)).toBe(before)
  })

  test('keeps what people pushed to the open pull request', async () => {
    await using standIn = await start()
    await publish(standIn)
    standIn.push('acme/orders', {
      branch,
      message: 'Say more',
      files: { 'docs/decisions/0001-a.md': '# A, better\n', 'notes.md': 'x' },
    })
    await publish(standIn, { files: new Map([['docs/decisions/0002-b.md', '# B\n']]) })
    expect(filesOn(standIn, branch)).toContain('notes.md')
  })

  test('begins anew from the default branch after the pull request was closed', async () => {
    await using standIn = await start()
    await publish(standIn)
    const { pulls } = standIn.site.named('acme/orders')
    const first = pulls.get(1)
    if (first) pulls.set(1, { ...first, state: 'closed' })
    standIn.push('acme/orders', { message: 'Go on', files: { 'new.md': 'x' } })
    const files = new Map([['docs/decisions/0002-b.md', '# B\n']])
    expect(await publish(standIn, { files })).toMatchObject({ ok: true, value: { kind: 'opened', pull: 2 } })
    expect(filesOn(standIn, branch)).toEqual(['README.md', 'docs/decisions/0002-b.md', 'new.md'])
  })

  test('leaves an open pull request alone that leads to a branch which is not the default one any more', async () => {
    await using standIn = await start()
    await publish(standIn)
    const repository = standIn.site.named('acme/orders')
    standIn.push('acme/orders', { branch: 'next', message: 'Go on', files: { 'new.md': 'x' } })
    repository.defaultBranch = 'next'
    const before = repository.refs.get(`refs/heads/${branch}`)
    const sentence = expect.stringMatching(/pull\/1 \(#1\) is still open towards main, .* is next now\. Merge it/)
    expect(await publish(standIn)).toMatchObject({ ok: false, problem: { kind: 'other-base', sentence } })
    expect(repository.refs.get(`refs/heads/${branch}`)).toBe(before)
  })

  test('takes a file away', async () => {
    await using standIn = await start()
    await publish(standIn)
    const files = new Map([
      ['docs/decisions/0001-a.md', undefined],
      ['docs/decisions/0002-a.md', '# A\n'],
    ])
    await publish(standIn, { files })
    expect(filesOn(standIn, branch)).toEqual(['README.md', 'docs/decisions/0002-a.md'])
  })
})

describe('what GitHub refuses is one sentence', () => {
  test.each([
    ['no credentials', {}, writer, '', 'no-write-access'],
    ['a token that may only read', {}, { token: 't', repositories: [] }, 't', 'no-write-access'],
    ['a classic token that may only read', {}, { token: 't', repositories: [], classic: true }, 't', 'no-write-access'],
    ['a wrong token', {}, writer, 'wrong', 'unreadable'],
    ['a protected branch', { protected: ['architect/'] }, writer, 'may-write', 'protected'],
    ['an archived repository', { archived: true }, writer, 'may-write', 'archived'],
    ['an empty repository', { commits: [] }, writer, 'may-write', 'unreadable'],
  ])('%s', async (_name, repository, token, used, kind) => {
    await using standIn = await start(repository, token)
    const outcome = await publish(standIn, {}, used)
    expect(outcome).toEqual({ ok: false, problem: { kind, sentence: expect.stringMatching(/\.$/) } })
    expect(standIn.site.named('acme/orders').pulls.size).toBe(0)
  })

  test('somebody else created the branch in between', async () => {
    await using standIn = await start()
    standIn.fail({ route: /POST .*\/git\/refs$/, kind: 'status', status: 422, message: 'Reference already exists' })
    expect(await publish(standIn)).toMatchObject({ ok: false, problem: { kind: 'changed-meanwhile' } })
  })

  test('an exhausted rate limit says when to try again', async () => {
    await using standIn = await start()
    standIn.fail({ route: /POST .*\/pulls$/, kind: 'status', status: 403, headers: { 'retry-after': '60' } })
    expect(await publish(standIn)).toMatchObject({
      ok: false,
      problem: { sentence: expect.stringContaining('slow down') },
    })
  })
})

describe('the stand-in refuses what GitHub refuses', () => {
  const send = async (standIn: GitHubStandIn, method: string, path: string, body: unknown) => {
    const headers = { 'user-agent': 'test', authorization: 'Bearer may-write', 'content-type': 'application/json' }
    const url = `${standIn.url}/repos/acme/orders/${path}`
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
    return { status: response.status, text: await response.text() }
  }
  const entry = { path: 'a.md', mode: '100644', type: 'blob', content: 'x' }
  const none = 'f'.repeat(40)

  test.each([
    ['an unknown base tree', 'POST', 'git/trees', { base_tree: none, tree: [entry] }, 'base_tree'],
    ['a path out of the tree', 'POST', 'git/trees', { tree: [{ ...entry, path: '../a' }] }, 'malformed'],
    ['content and sha at once', 'POST', 'git/trees', { tree: [{ ...entry, sha: none }] }, 'either'],
    [
      'taking away what is not there',
      'POST',
      'git/trees',
      { tree: [{ ...entry, content: undefined, sha: null }] },
      'BadObject',
    ],
    ['a commit of no tree', 'POST', 'git/commits', { message: 'x', tree: none }, 'Tree SHA'],
    ['a commit without a message', 'POST', 'git/commits', { tree: none }, 'message'],
    ['a branch without its full name', 'POST', 'git/refs', { ref: 'main', sha: none }, 'two slashes'],
    ['a branch that exists', 'POST', 'git/refs', { ref: 'refs/heads/main', sha: none }, 'already exists'],
    ['a branch at no commit', 'POST', 'git/refs', { ref: 'refs/heads/x', sha: none }, 'Object does not exist'],
    ['moving a branch that is not there', 'PATCH', 'git/refs/heads/x', { sha: none }, 'does not exist'],
    ['moving a branch aside', 'PATCH', 'git/refs/heads/main', { sha: none }, 'fast forward'],
    ['a request from no branch', 'POST', 'pulls', { title: 'x', head: 'x', base: 'main' }, 'invalid'],
    ['a request without commits', 'POST', 'pulls', { title: 'x', head: 'main', base: 'main' }, 'No commits between'],
  ])('%s', async (_name, method, path, body, words) => {
    await using standIn = await start()
    const answer = await send(standIn, method, path, body)
    expect(answer).toEqual({ status: 422, text: expect.stringContaining(words) })
  })
})

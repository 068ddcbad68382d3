import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadFolder } from '../support/github/load-folder.ts'
import { diffLines } from '../support/github/line-diff.ts'
import { startGitHub } from '../support/github/start-github.ts'
import type { GitHubStandIn } from '../support/github/start-github.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'
import { orders, secret } from './sample.ts'

const ref = { owner: 'acme', name: 'orders' }

async function get(standIn: GitHubStandIn, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${standIn.url}${path}`, { headers: { 'user-agent': 'test', ...headers } })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  }
}

describe('The stand-in for GitHub', () => {
  test('names objects exactly as git does', async () => {
    await using standIn = await startGitHub({
      repositories: [
        {
          ...ref,
          commits: [
            {
              message: 'Add things',
              author: 'Ada Example',
              date: '2026-01-05T09:00:00Z',
              files: {
                'README.md': 'hello\n',
                'src/a.ts': { content: 'export const a = 1\n', executable: true },
                'src.txt': 'x',
                link: { symlink: 'src/a.ts' },
              },
            },
          ],
        },
      ],
    })
    const sha = standIn.site.named('acme/orders').find('main')
    expect(sha).toBe('bee5ee2088e5ca6a9834b54b53de3c2385ac648c')
    const { json } = await get(standIn, `/repos/acme/orders/git/trees/${sha}?recursive=1`)
    expect(json.sha).toBe('938c73efec02415cfc085eba782afde97932f9a4')
    expect(
      json.tree.map(
        (entry: { mode: string; path: string; sha: string }) => `${entry.mode} ${entry.sha.slice(0, 7)} ${entry.path}`,
      ),
    ).toEqual([
      '100644 ce01362 README.md',
      '120000 37ccdad link',
      '100644 c1b0730 src.txt',
      '040000 db5f501 src',
      '100755 4171549 src/a.ts',
    ])
  })

  test.each([
    ['one line changed', 'a\nb\nc\n', 'a\nB\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c'],
    ['a new file', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b'],
    ['a removed file', 'a\n', '', '@@ -1 +0,0 @@\n-a'],
    [
      'two places far apart',
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      '0\n2\n3\n4\n5\n6\n7\n8\nx\n',
      '@@ -1,4 +1,4 @@\n-1\n+0\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+x',
    ],
  ])('writes a patch as git does for %s', (_name, before, after, patch) => {
    expect(diffLines(before, after).patch).toBe(patch)
  })

  test.each([
    ['without a user agent', '/repos/acme/orders', { 'user-agent': '' }, 403],
    ['for an unknown media type', '/repos/acme/orders', { accept: 'text/csv' }, 415],
    ['for an unknown version', '/repos/acme/orders', { 'x-github-api-version': '2019-01-01' }, 400],
    ['with a wrong token', '/repos/acme/orders', { authorization: 'token wrong' }, 401],
    ['with a token that is no JWT on an App route', '/app', {}, 401],
    ['for a private repository', '/repos/acme/vault', {}, 404],
    ['for an unknown endpoint', '/repos/acme/orders/everything', {}, 404],
    ['for a commit that is none', '/repos/acme/orders/commits/nothing', {}, 422],
    ['for a comparison with two dots', '/repos/acme/orders/compare/v1..main', {}, 404],
  ])('refuses a request %s', async (_name, path, headers, status) => {
    await using standIn = await startGitHub({ repositories: [orders, secret] })
    expect((await get(standIn, path, headers)).status).toBe(status)
  })

  test('counts requests, but not those answered 304', async () => {
    await using standIn = await startGitHub({ repositories: [orders] })
    const first = await get(standIn, '/repos/acme/orders')
    expect(first.headers.get('x-ratelimit-remaining')).toBe('59')
    const second = await get(standIn, '/repos/acme/orders', { 'if-none-match': first.headers.get('etag') ?? '' })
    expect(second.status).toBe(304)
    expect(second.headers.get('x-ratelimit-remaining')).toBe('59')
  })

  test('serves contents as GitHub does: folders as lists, links followed, large files without content', async () => {
    await using standIn = await startGitHub({ repositories: [orders] })
    const contents = async (path: string) => (await get(standIn, `/repos/acme/orders/contents/${path}`)).json
    expect(await contents('src')).toMatchObject([
      { name: 'app.js', type: 'file' },
      { name: 'routes', type: 'dir' },
    ])
    expect(await contents('latest.js')).toMatchObject({ type: 'file', path: 'latest.js', encoding: 'base64' })
    expect(await contents('outside.js')).toMatchObject({ type: 'symlink', target: '../../etc/passwd' })
    expect(await contents('vendor/lib')).toMatchObject({ type: 'submodule' })
    expect(await contents('big.sql')).toMatchObject({ encoding: 'none', content: '', size: 2_480_000 })
    expect(await contents('README.md')).toMatchObject({ encoding: 'base64', content: 'IyBPcmRlcnMK\n' })
  })

  test('lists branches and pull requests in pages', async () => {
    await using standIn = await startGitHub({ repositories: [orders] })
    const names = async (page: number) =>
      (await get(standIn, `/repos/acme/orders/branches?per_page=1&page=${page}`)).json
    expect(await names(1)).toMatchObject([{ name: 'feature/pay' }])
    expect(await names(2)).toMatchObject([{ name: 'main' }])
    expect((await get(standIn, '/repos/acme/orders/branches/feature/pay')).json).toMatchObject({ name: 'feature/pay' })
    expect((await get(standIn, '/repos/acme/orders/git/ref/tags/v1')).json).toMatchObject({ ref: 'refs/tags/v1' })
    expect((await get(standIn, '/repos/acme/orders/pulls')).json).toMatchObject([{ number: 7 }])
    expect((await get(standIn, '/repos/acme/orders/pulls?state=closed')).json).toEqual([])
  })
})

describe('A repository from a folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'architect-folder-'))
    await mkdir(join(folder, 'src'))
    await mkdir(join(folder, 'node_modules/pg'), { recursive: true })
    await writeFile(join(folder, 'node_modules/pg/index.js'), 'left out\n')
    await writeFile(join(folder, 'package.json'), '{}\n')
    await writeFile(join(folder, 'src/app.js'), 'now\n')
    await writeFile(join(folder, 'run.sh'), 'node src/app.js\n', { mode: 0o755 })
    await symlink('src/app.js', join(folder, 'latest.js'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('is one commit of what is on disk', async () => {
    await using client = await openClient({ repositories: [await loadFolder(folder, ref)] })
    const head = valueOf(await client.github.resolveHead(ref))
    const { files } = valueOf(await client.github.listFiles(head.pin))
    expect(files.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'symlink latest.js',
      'file package.json',
      'file run.sh',
      'file src/app.js',
    ])
  })

  test('gets its history, branches and pull requests from a manifest', async () => {
    const manifest = join(folder, 'history.json')
    await writeFile(
      manifest,
      JSON.stringify({
        commits: [
          {
            message: 'Start',
            date: '2026-02-02T10:00:00Z',
            files: { 'src/app.js': 'before\n', 'src/old.js': 'old\n', 'run.sh': null },
          },
          { message: 'Now', date: '2026-02-03T10:00:00Z' },
          { message: 'Try', branch: 'try', files: { 'src/new.js': 'new\n' } },
        ],
        tags: [{ name: 'v1', at: 'main' }],
        pulls: [{ number: 1, title: 'Try it', head: 'try' }],
      }),
    )
    await using client = await openClient({ repositories: [await loadFolder(folder, ref, manifest)] })
    const place = { host: 'github.com', ...ref }
    const head = valueOf(await client.github.resolve({ ...place, kind: 'path', segments: ['v1'] }))
    if (head.kind !== 'code') throw new Error('A tag is code')
    expect(problemOf(await client.github.readFile(head.pin, 'history.json')).kind).toBe('missing')
    const commit = valueOf(await client.github.resolve({ ...place, kind: 'commit', sha: head.pin.sha }))
    if (commit.kind !== 'commit') throw new Error('A commit is a commit')
    expect(commit.files.map(({ status, path }) => `${status} ${path}`)).toEqual([
      'added run.sh',
      'modified src/app.js',
      'removed src/old.js',
    ])
    const pull = valueOf(await client.github.resolve({ ...place, kind: 'pull', number: 1 }))
    expect(pull).toMatchObject({ title: 'Try it', files: [{ path: 'src/new.js', status: 'added' }] })
  })
})

describe('A stand-in before another GitHub', () => {
  test('answers for its own repositories and passes the rest on, credentials included', async () => {
    const tokens = [{ token: 'ghp_ada', login: 'ada', repositories: ['acme/vault'] }]
    await using behind = await startGitHub({ repositories: [{ ...secret, formerNames: ['acme/safe'] }], tokens })
    const auth = { kind: 'token', token: 'ghp_ada' } as const
    await using client = await openClient({ repositories: [orders], fallback: behind.url }, { auth })
    expect(valueOf(await client.github.repository(ref)).name).toBe('orders')
    expect(behind.requests).toEqual([])
    expect(valueOf(await client.github.repository({ owner: 'acme', name: 'safe' })).name).toBe('vault')
    const head = valueOf(await client.github.resolveHead({ owner: 'acme', name: 'vault' }))
    expect(valueOf(await client.github.searchCode(head.pin, 'load')).hits).toHaveLength(1)
    expect(valueOf(await client.github.rate()).identity).toEqual({ kind: 'token', login: 'ada' })
    expect(problemOf(await client.github.repository({ owner: 'acme', name: 'gone' })).kind).toBe('not-found')
  })
})

import { describe, expect, test } from 'vitest'
import type { Resolved } from '../../src/github/resolved.ts'
import type { GitHubTarget } from '../../src/github/target.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'
import type { OpenClient } from './open-client.ts'
import { fork, orders } from './sample.ts'

const place = { host: 'github.com', owner: 'acme', name: 'orders' }

async function resolveLink({ github }: OpenClient, link: string): Promise<Resolved> {
  return valueOf(await github.resolve(onlyTarget(github.findLinks(link))))
}

function onlyTarget([target]: GitHubTarget[]): GitHubTarget {
  if (!target) throw new Error('No link was found')
  return target
}

async function openOrders() {
  const client = await openClient({ repositories: [orders, fork] })
  const shaOf = (name: string) => client.standIn.site.named('acme/orders').find(name) ?? ''
  return { ...client, shaOf }
}

describe('Opening a linked repository, folder or file', () => {
  test.each([
    ['a repository', 'github.com/acme/orders', 'main', 'main', ''],
    ['a branch', 'github.com/acme/orders/tree/main', 'main', 'main', ''],
    ['a folder', 'github.com/acme/orders/tree/main/src/routes', 'main', 'main', 'src/routes'],
    ['a branch with a slash', 'github.com/acme/orders/tree/feature/pay', 'feature/pay', 'feature/pay', ''],
    [
      'a file on a branch with a slash',
      'github.com/acme/orders/blob/feature/pay/src/pay.js',
      'feature/pay',
      'feature/pay',
      'src/pay.js',
    ],
    ['a tag', 'github.com/acme/orders/tree/v1', 'v1', 'v1', ''],
    [
      'an annotated tag with a slash',
      'github.com/acme/orders/blob/v2/final/src/app.js',
      'v2/final',
      'v2/final',
      'src/app.js',
    ],
    ['the default branch by HEAD', 'github.com/acme/orders/blob/HEAD/src/app.js', 'main', 'main', 'src/app.js'],
    [
      'a raw file with a full ref',
      'raw.githubusercontent.com/acme/orders/refs/heads/main/src/app.js',
      'main',
      'main',
      'src/app.js',
    ],
    ['a raw file at a tag', 'raw.githubusercontent.com/acme/orders/refs/tags/v1/src/app.js', 'v1', 'v1', 'src/app.js'],
  ])('pins %s to the commit it stands for now', async (_name, link, tip, ref, path) => {
    await using client = await openOrders()
    expect(await resolveLink(client, `https://${link}`)).toMatchObject({
      kind: 'code',
      pin: { owner: 'acme', name: 'orders', sha: client.shaOf(tip) },
      ref,
      path,
    })
  })

  test('pins a permalink to its commit and keeps its lines', async () => {
    await using client = await openOrders()
    const sha = client.shaOf('v1')
    expect(await resolveLink(client, `https://github.com/acme/orders/blob/${sha}/src/app.js#L1-L3`)).toMatchObject({
      pin: { sha },
      path: 'src/app.js',
      lines: { start: 1, end: 3 },
    })
  })

  test('pins a shortened commit', async () => {
    await using client = await openOrders()
    const sha = client.shaOf('v1')
    expect(await resolveLink(client, `https://github.com/acme/orders/tree/${sha.slice(0, 8)}/src`)).toMatchObject({
      pin: { sha },
      path: 'src',
    })
  })

  test('follows a renamed repository and tells its present name', async () => {
    await using client = await openOrders()
    expect(await resolveLink(client, 'https://github.com/acme/shop/tree/main/src')).toMatchObject({
      repository: { owner: 'acme', name: 'orders', htmlUrl: 'https://github.com/acme/orders' },
      pin: { owner: 'acme', name: 'orders' },
    })
  })

  test('tells what kind of repository it is', async () => {
    await using client = await openOrders()
    expect(valueOf(await client.github.repository({ owner: 'ACME', name: 'Orders' }))).toEqual({
      id: 1000,
      owner: 'acme',
      name: 'orders',
      private: false,
      defaultBranch: 'main',
      htmlUrl: 'https://github.com/acme/orders',
      archived: false,
      sizeKb: expect.any(Number),
    })
  })

  test('opens the default branch of a repository by its name', async () => {
    await using client = await openOrders()
    const head = valueOf(await client.github.resolveHead({ owner: 'acme', name: 'orders' }))
    expect(head).toMatchObject({ kind: 'code', pin: { sha: client.shaOf('main') }, path: '' })
  })

  test.each([
    ['a branch that does not exist', { kind: 'path', segments: ['gone', 'src'] }, 'no-such-ref'],
    ['a commit that does not exist', { kind: 'commit', sha: 'f'.repeat(40) }, 'no-such-commit'],
    ['a permalink that does not exist', { kind: 'path', segments: ['f'.repeat(40), 'a.js'] }, 'no-such-ref'],
    ['a pull request that does not exist', { kind: 'pull', number: 99 }, 'no-such-pull'],
    ['a comparison that does not exist', { kind: 'compare', head: { ref: 'gone' } }, 'no-such-comparison'],
    ['a fork that does not exist', { kind: 'compare', head: { ref: 'x', owner: 'eve' } }, 'no-such-comparison'],
    ['a repository that does not exist', { kind: 'repository', name: 'nothing' }, 'not-found'],
    ['a name that climbs out of the API path', { kind: 'repository', owner: '..', name: 'user' }, 'not-found'],
    ['another GitHub', { kind: 'repository', host: 'ghe.corp' }, 'other-host'],
  ])('says so when the link is to %s', async (_name, part, kind) => {
    await using client = await openOrders()
    const target = { ...place, ...part } as GitHubTarget // each row completes one member of the union
    const problem = problemOf(await client.github.resolve(target))
    expect(problem.kind).toBe(kind)
    expect(problem.sentence).not.toBe('')
  })

  test('says that a repository without commits has nothing to read', async () => {
    await using client = await openClient({ repositories: [{ ...orders, commits: [], tags: [], pulls: [] }] })
    expect(problemOf(await client.github.resolve({ ...place, kind: 'repository' })).kind).toBe('empty-repository')
  })
})

describe('Opening a linked change', () => {
  test('lists the files and the message of a commit', async () => {
    await using client = await openOrders()
    const sha = client.shaOf('main')
    const commit = await resolveLink(client, `https://github.com/acme/orders/commit/${sha.slice(0, 7)}`)
    expect(commit).toMatchObject({
      kind: 'commit',
      pin: { sha },
      parents: [{ sha: client.shaOf('v1') }],
      message: 'Close the pool',
      author: 'Ada Example',
      filesTruncated: false,
      files: [{ path: 'src/app.js', status: 'modified', additions: 1, deletions: 0 }],
    })
    expect(commit).toMatchObject({ files: [{ patch: expect.stringContaining("+process.on('SIGTERM'") }] })
  })

  test('pins both sides of a comparison and lists what the head adds', async () => {
    await using client = await openOrders()
    expect(await resolveLink(client, 'https://github.com/acme/orders/compare/v1...feature/pay')).toMatchObject({
      kind: 'compare',
      base: { sha: client.shaOf('v1') },
      head: { sha: client.shaOf('feature/pay') },
      mergeBase: { sha: client.shaOf('v1') },
      commits: 3,
      files: [
        { path: 'README.md', status: 'removed', deletions: 1 },
        { path: 'src/app.js', status: 'modified' },
        { path: 'src/pay.js', status: 'added', additions: 3 },
      ],
    })
  })

  test('compares with the default branch when only one side is given', async () => {
    await using client = await openOrders()
    expect(await resolveLink(client, 'https://github.com/acme/orders/compare/feature/pay')).toMatchObject({
      base: { sha: client.shaOf('main') },
      commits: 2,
    })
  })

  test('compares with a branch of a fork', async () => {
    await using client = await openOrders()
    expect(await resolveLink(client, 'https://github.com/acme/orders/compare/main...bob:fix')).toMatchObject({
      head: { owner: 'acme', name: 'orders', sha: client.standIn.site.named('bob/orders').find('fix') },
      files: [{ path: 'README.md' }],
    })
  })

  test('takes the shared commit for the head when the head adds nothing', async () => {
    await using client = await openOrders()
    expect(await resolveLink(client, 'https://github.com/acme/orders/compare/main...v1')).toMatchObject({
      head: { sha: client.shaOf('v1') },
      commits: 0,
      files: [],
    })
  })

  test('finds the head of a comparison longer than one page', async () => {
    await using client = await openOrders()
    const shas = Array.from({ length: 120 }, (_, index) =>
      client.standIn.push('acme/orders', {
        branch: 'long',
        message: `Step ${index}`,
        files: { 'step.txt': `${index}\n` },
      }),
    )
    expect(await resolveLink(client, 'https://github.com/acme/orders/compare/main...long')).toMatchObject({
      head: { sha: shas.at(-1) },
      commits: 120,
      files: [{ path: 'step.txt' }],
    })
  })

  test('describes a pull request with its files', async () => {
    await using client = await openOrders()
    expect(await resolveLink(client, 'https://github.com/acme/orders/pull/7/files')).toMatchObject({
      kind: 'pull',
      number: 7,
      title: 'Take payments',
      body: 'Charges the card.',
      author: 'bob',
      state: 'open',
      base: { ref: 'main', sha: client.shaOf('main') },
      head: { ref: 'feature/pay', sha: client.shaOf('feature/pay') },
      changedFiles: 2,
      filesTruncated: false,
      files: [{ path: 'README.md' }, { path: 'src/pay.js' }],
    })
  })

  test('reads every page of a large pull request, up to the limit asked for', async () => {
    await using client = await openOrders()
    const files = Object.fromEntries(Array.from({ length: 230 }, (_, index) => [`gen/${1000 + index}.js`, 'x\n']))
    client.standIn.push('acme/orders', { branch: 'feature/pay', message: 'Generate', files })
    const target: GitHubTarget = { ...place, kind: 'pull', number: 7 }
    const whole = valueOf(await client.github.resolve(target))
    expect(whole).toMatchObject({ changedFiles: 232, filesTruncated: false })
    const part = valueOf(await client.github.resolve(target, { maxFiles: 150 }))
    expect(part).toMatchObject({ changedFiles: 232, filesTruncated: true, files: { length: 150 } })
  })

  test('follows a moved file to its former path', async () => {
    await using client = await openOrders()
    const files = { 'src/app.js': null, 'src/main.js': 'moved\n', 'lib/list.js': 'x\n' }
    client.standIn.push('acme/orders', { branch: 'move', message: 'Prepare', files: { ...files, 'a.js': 'one\n' } })
    const sha = client.standIn.push('acme/orders', {
      branch: 'move',
      message: 'Move',
      files: { 'a.js': null, 'b.js': 'one\n' },
    })
    const moved = await resolveLink(client, `https://github.com/acme/orders/commit/${sha}`)
    expect(moved).toMatchObject({ files: [{ path: 'b.js', status: 'renamed', previousPath: 'a.js' }] })
  })
})

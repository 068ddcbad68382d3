import { describe, expect, test } from 'vitest'
import { readReviewCode, type ReviewCode } from '../../src/reviews/read-review-code.ts'
import { audienceOf } from '../../src/access/visible-repository.ts'
import { resolveReview } from '../../src/reviews/resolve-review.ts'
import type { GitHub } from '../../src/github/github.ts'
import { openClient, type OpenClient } from '../github/open-client.ts'
import { fork, orders } from '../github/sample.ts'

const signal = new AbortController().signal

async function read({ github }: Pick<OpenClient, 'github'>, link: string): Promise<ReviewCode> {
  const code = await tryToRead({ github }, link)
  if (typeof code === 'string') throw new Error(code)
  return code
}

async function tryToRead({ github }: Pick<OpenClient, 'github'>, link: string): Promise<ReviewCode | string> {
  const subject = await resolveReview(
    github,
    link,
    audienceOf(async () => [], false),
    signal,
  )
  return typeof subject === 'string' ? subject : readReviewCode(github, subject, signal, () => undefined)
}

describe('Requests that a review costs', () => {
  test.each([
    ['a repository', 'https://github.com/acme/orders', 5, 2],
    ['a branch', 'https://github.com/acme/orders/tree/feature/pay', 5, 2],
    ['a folder', 'https://github.com/acme/orders/tree/main/src', 5, 2],
    ['a file', 'https://github.com/acme/orders/blob/main/src/app.js#L1-L2', 5, 2],
    ['a pull request', 'https://github.com/acme/orders/pull/7', 5, 2],
    ['a comparison', 'https://github.com/acme/orders/compare/v1...feature/pay', 5, 2],
    ['a file at a tag', 'https://github.com/acme/orders/blob/v1/src/app.js', 5, 3],
    ['a file on a branch', 'https://github.com/acme/orders/blob/feature/pay/src/pay.js', 5, 3],
  ])('are few for %s, and fewer when nothing changed', async (_name, link, cold, warm) => {
    await using client = await openClient({ repositories: [orders] })
    await read(client, link)
    const first = client.standIn.requests.length
    await read(client, link)
    expect(first).toBeLessThanOrEqual(cold)
    expect(client.standIn.requests.length - first).toBeLessThanOrEqual(warm)
  })
})

test('A commit costs few requests however it is named', async () => {
  await using client = await openClient({ repositories: [orders] })
  const sha = client.standIn.site.named('acme/orders').find('main') ?? ''
  for (const name of [
    `commit/${sha}`,
    `commit/${sha.slice(0, 7)}`,
    `tree/${sha}`,
    `blob/${sha.slice(0, 8)}/src/app.js`,
  ]) {
    const before = client.standIn.requests.length
    await read(client, `https://github.com/acme/orders/${name}`)
    expect(client.standIn.requests.length - before).toBeLessThanOrEqual(4)
  }
})

describe('The files of a target', () => {
  test('are all there, each with its text or the reason why it has none', async () => {
    await using client = await openClient({ repositories: [orders] })
    const { files, texts } = await read(client, 'https://github.com/acme/orders')
    expect(Object.fromEntries(files.map(({ path, unread }) => [path, unread]))).toEqual({
      'README.md': undefined,
      'package.json': undefined,
      'src/app.js': undefined,
      'src/routes/orders.js': undefined,
      'run.sh': undefined,
      'latest.js': 'link',
      'outside.js': 'link',
      'logo.png': 'binary',
      'latin.txt': 'encoding',
      'wide.txt': 'encoding',
      'bom.js': undefined,
      'model.bin': 'binary',
      'empty.txt': undefined,
      'big.sql': undefined,
    })
    expect([...texts.keys()]).toEqual(files.filter(({ unread }) => !unread).map(({ path }) => path))
  })

  test('are those below a folder, with the whole repository around them', async () => {
    await using client = await openClient({ repositories: [orders] })
    const { files, texts } = await read(client, 'https://github.com/acme/orders/tree/main/src/routes')
    expect(files.map(({ path }) => path)).toEqual(['src/routes/orders.js'])
    expect(texts.has('package.json')).toBe(true)
  })

  test('are missed with one sentence when there are none', async () => {
    await using client = await openClient({ repositories: [orders] })
    expect(await tryToRead(client, 'https://github.com/acme/orders/tree/main/nowhere')).toContain('There is no nowhere')
  })
})

test('Lines behind the end of a file are refused with one sentence', async () => {
  await using client = await openClient({ repositories: [orders] })
  const file = 'https://github.com/acme/orders/blob/main/src/app.js'
  expect(await tryToRead(client, `${file}#L90-L99`)).toContain('src/app.js has 4 lines')
  expect((await read(client, `${file}#L4-L99`)).target.lines).toEqual({ start: 4, end: 99 })
})

describe('What an archive lacks', () => {
  test('is named, also when the file that keeps it out is kept out itself, and a submodule is told of', async () => {
    await using client = await openClient({ repositories: [orders] })
    const files = { '.gitattributes': '/src/routes export-ignore\n.gitattributes export-ignore\n' }
    client.standIn.push('acme/orders', { message: 'Keep routes out', files })
    const code = await read(client, 'https://github.com/acme/orders')
    expect(code.files).toHaveLength(15)
    expect(code.files.filter(({ unread }) => unread === 'export-ignore').map(({ path }) => path)).toEqual([
      '.gitattributes',
      'src/routes/orders.js',
    ])
    expect(code.notices).toEqual([expect.stringContaining('vendor/lib, a submodule')])
    expect((await read(client, 'https://github.com/acme/orders/tree/main/src')).notices).toEqual([])
    expect(await tryToRead(client, 'https://github.com/acme/orders/tree/main/vendor/lib')).toContain('a submodule')
  })
})

describe('A repository whose archive is too large', () => {
  /** The client with a limit on archives that every archive exceeds. */
  function withTinyLimit(github: GitHub): GitHub {
    const readSnapshot: GitHub['readSnapshot'] = (pin, visit, options) =>
      github.readSnapshot(pin, visit, { ...options, limits: { ...options?.limits, compressedBytes: 20 } })
    return { ...github, readSnapshot }
  }

  test('is refused with one sentence, and a folder of it is read file by file', async () => {
    await using client = await openClient({ repositories: [orders] })
    const github = withTinyLimit(client.github)
    expect(await tryToRead({ github }, 'https://github.com/acme/orders')).toContain('Link a folder or a file instead')
    const { files, texts, notices } = await read({ github }, 'https://github.com/acme/orders/tree/main/src')
    expect(files.map(({ path, unread }) => [path, unread])).toEqual([
      ['src/app.js', undefined],
      ['src/routes/orders.js', undefined],
    ])
    expect(texts.get('src/app.js')).toContain('SIGTERM')
    expect(notices.join()).toContain('without the code around it')
  })

  test('is not taken for read when GitHub stops answering in the middle', async () => {
    await using client = await openClient({ repositories: [orders] })
    const github = withTinyLimit(client.github)
    client.standIn.fail({
      route: /git\/blobs/,
      kind: 'status',
      status: 403,
      message: 'API rate limit exceeded',
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' },
    })
    expect(await tryToRead({ github }, 'https://github.com/acme/orders/tree/main/src')).toContain('request limit')
  })
})

describe('A repository beyond a limit', () => {
  test('names what was not read as far as GitHub lists it', async () => {
    await using client = await openClient({ repositories: [orders] })
    const readSnapshot: GitHub['readSnapshot'] = (pin, visit, options) =>
      client.github.readSnapshot(pin, visit, { ...options, limits: { ...options?.limits, entries: 4 } })
    const { files, notices } = await read(
      { github: { ...client.github, readSnapshot } },
      'https://github.com/acme/orders',
    )
    expect(files).toHaveLength(14)
    expect(files.filter(({ unread }) => unread === 'limit').length).toBeGreaterThan(5)
    expect(notices.join()).toContain('after the limit on the number of files')
  })
})

describe('A change', () => {
  test('is read as it is now and as it was', async () => {
    await using client = await openClient({ repositories: [orders, fork] })
    const { files, texts, base } = await read(client, 'https://github.com/acme/orders/compare/v1...feature/pay')
    expect(files.map(({ path }) => path)).toEqual(['src/app.js', 'src/pay.js'])
    expect(texts.get('src/app.js')).toContain('SIGTERM')
    expect(base?.get('src/app.js')).toBe("import { Pool } from 'pg'\n\nexport const pool = new Pool()\n")
    expect(base?.has('src/pay.js')).toBe(false)
    expect(base?.get('package.json')).toBe(texts.get('package.json'))
  })

  test('is told apart from what a renamed file held before', async () => {
    await using client = await openClient({ repositories: [orders] })
    const push = (files: Record<string, string | null>) =>
      client.standIn.push('acme/orders', { branch: 'move', message: 'Move', files })
    push({ 'a.js': 'one\n' })
    const sha = push({ 'a.js': null, 'b.js': 'one\n', 'src/app.js': null })
    const { base, texts } = await read(client, `https://github.com/acme/orders/commit/${sha}`)
    expect([base?.get('a.js'), base?.has('b.js'), texts.get('b.js')]).toEqual(['one\n', false, 'one\n'])
    expect(base?.get('src/app.js')).toContain('SIGTERM')
    expect(texts.has('src/app.js')).toBe(false)
  })

  test('that is too large to be listed is found by reading both sides', async () => {
    await using client = await openClient({ repositories: [orders] })
    const many = Object.fromEntries(Array.from({ length: 350 }, (_, index) => [`gen/${index}.js`, `x(${index})\n`]))
    const first = client.standIn.push('acme/orders', { branch: 'wide', message: 'Generate', files: many })
    const again = Object.fromEntries(Object.entries(many).map(([path, text]) => [path, text.replace('x', 'y')]))
    const second = client.standIn.push('acme/orders', { branch: 'wide', message: 'Again', files: again })
    const { target, base } = await read(client, `https://github.com/acme/orders/compare/${first}...${second}`)
    expect(target.change?.files).toHaveLength(350)
    expect(base?.get('gen/349.js')).toBe('x(349)\n')
  })

  test('is read from a fork through the repository it goes to', async () => {
    await using client = await openClient({
      repositories: [{ ...orders, pulls: [{ number: 8, title: 'Fix', head: 'bob:fix' }] }, fork],
    })
    const { texts, base } = await read(client, 'https://github.com/acme/orders/pull/8')
    expect(texts.get('README.md')).toBe('# Orders and more\n')
    expect(base?.has('README.md')).toBe(true)
  })
})

import { describe, expect, test } from 'vitest'
import type { Pin } from '../../src/github/target.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'
import { orders } from './sample.ts'

async function openPinned(options: { treeLimit?: number } = {}) {
  const client = await openClient({ repositories: [orders], ...options })
  const head = valueOf(await client.github.resolveHead({ owner: 'acme', name: 'orders' }))
  const pin: Pin = head.pin
  return { ...client, pin }
}

describe('Reading a file', () => {
  test('gives its text as it was at the commit, whatever happened since', async () => {
    await using client = await openPinned()
    client.standIn.push('acme/orders', { message: 'Empty it', files: { 'src/app.js': '' } })
    const file = valueOf(await client.github.readFile(client.pin, 'src/app.js'))
    expect(file).toMatchObject({ path: 'src/app.js', text: expect.stringContaining('SIGTERM'), sizeBytes: 98 })
  })

  test.each([
    ['./src//app.js', 'src/app.js'],
    ['/README.md', 'README.md'],
    ['src/routes/../app.js', 'src/app.js'],
  ])('takes %s for %s', async (given, path) => {
    await using client = await openPinned()
    expect(valueOf(await client.github.readFile(client.pin, given)).path).toBe(path)
  })

  test('reads a file of more than a megabyte', async () => {
    await using client = await openPinned()
    const file = valueOf(await client.github.readFile(client.pin, 'big.sql', { maxBytes: 5_000_000 }))
    expect(file.text).toHaveLength(2_480_000)
  })

  test('reads an empty file and drops a byte order mark', async () => {
    await using client = await openPinned()
    expect(valueOf(await client.github.readFile(client.pin, 'empty.txt')).text).toBe('')
    expect(valueOf(await client.github.readFile(client.pin, 'bom.js')).text).toBe('export {}\n')
  })

  test.each([
    ['src/nothing.js', { kind: 'missing' }],
    ['src', { kind: 'directory' }],
    ['', { kind: 'directory' }],
    ['../secret', { kind: 'missing' }],
    ['logo.png', { kind: 'binary', sizeBytes: 8 }],
    ['latin.txt', { kind: 'not-utf8' }],
    ['wide.txt', { kind: 'not-utf8' }],
    ['big.sql', { kind: 'too-large', sizeBytes: 2_480_000, maxBytes: 1_000_000 }],
    ['model.bin', { kind: 'lfs-pointer', sizeBytes: 123_456 }],
    ['vendor/lib', { kind: 'submodule', sha: '1'.repeat(40) }],
    ['latest.js', { kind: 'symlink', target: 'src/app.js', resolvedPath: 'src/app.js' }],
    ['outside.js', { kind: 'symlink', target: '../../etc/passwd' }],
  ])('says what %j is when it cannot be read as text', async (path, facts) => {
    await using client = await openPinned()
    const { sentence, ...problem } = problemOf(await client.github.readFile(client.pin, path))
    expect(problem).toMatchObject(facts)
    expect(sentence).toMatch(/\.$/)
    expect('resolvedPath' in problem).toBe('resolvedPath' in facts)
  })

  test('finds a file that a truncated listing leaves out', async () => {
    await using client = await openPinned({ treeLimit: 14 })
    expect(valueOf(await client.github.readFile(client.pin, 'src/routes/orders.js')).text).toContain('listOrders')
    expect(problemOf(await client.github.readFile(client.pin, 'src/routes/gone.js')).kind).toBe('missing')
    expect(problemOf(await client.github.readFile(client.pin, 'src/gone/orders.js')).kind).toBe('missing')
  })
})

describe('Listing files', () => {
  test('lists every file with its kind and size', async () => {
    await using client = await openPinned()
    const { files, truncated } = valueOf(await client.github.listFiles(client.pin))
    expect(truncated).toBe(false)
    expect(files.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'file README.md',
      'file big.sql',
      'file bom.js',
      'file empty.txt',
      'symlink latest.js',
      'file latin.txt',
      'file logo.png',
      'file model.bin',
      'symlink outside.js',
      'file package.json',
      'file run.sh',
      'file src/app.js',
      'file src/routes/orders.js',
      'submodule vendor/lib',
      'file wide.txt',
    ])
    expect(files.find(({ path }) => path === 'README.md')).toMatchObject({ sizeBytes: 9 })
  })

  test('lists one folder, or one file', async () => {
    await using client = await openPinned()
    const paths = async (path: string) => {
      const { files } = valueOf(await client.github.listFiles(client.pin, { path }))
      return files.map((file) => file.path)
    }
    expect(await paths('src/')).toEqual(['src/app.js', 'src/routes/orders.js'])
    expect(await paths('src/app.js')).toEqual(['src/app.js'])
    expect(problemOf(await client.github.listFiles(client.pin, { path: 'sr' })).kind).toBe('missing')
  })

  test('says when a listing is truncated, and still lists its folders in full', async () => {
    await using client = await openPinned({ treeLimit: 14 })
    expect(valueOf(await client.github.listFiles(client.pin))).toMatchObject({ truncated: true, files: { length: 12 } })
    const { files, truncated } = valueOf(await client.github.listFiles(client.pin, { path: 'src' }))
    expect(files.map(({ path }) => path)).toEqual(['src/app.js', 'src/routes/orders.js'])
    expect(truncated).toBe(false)
    expect(problemOf(await client.github.listFiles(client.pin, { path: 'gone' })).kind).toBe('missing')
  })
})

test('A permalink leads to the lines at the commit', async () => {
  await using client = await openPinned()
  const { github, pin } = client
  const blob = `https://github.com/acme/orders/blob/${pin.sha}`
  expect(github.permalink(pin, 'src/app.js')).toBe(`${blob}/src/app.js`)
  expect(github.permalink(pin, 'src/app.js', { start: 3, end: 3 })).toBe(`${blob}/src/app.js#L3`)
  expect(github.permalink(pin, 'a b/[id]#.js', { start: 1, end: 9 })).toBe(`${blob}/a%20b/%5Bid%5D%23.js#L1-L9`)
  expect(github.permalink(pin, '')).toBe(`https://github.com/acme/orders/tree/${pin.sha}`)
})

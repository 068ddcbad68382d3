import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { SnapshotLimits } from '../../src/github/snapshot.ts'
import type { Pin } from '../../src/github/target.ts'
import { packArchive } from '../support/github/archive.ts'
import type { ArchiveEntry } from '../support/github/archive.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'
import { orders, secret } from './sample.ts'

async function openPinned(setup: { maxSnapshotBytes?: number } = {}) {
  const tokens = [{ token: 'allowed', login: 'ada', repositories: ['acme/vault'] }]
  const auth = { kind: 'token', token: 'allowed' } as const
  const client = await openClient({ repositories: [orders, secret], tokens }, { auth, ...setup })
  const pin: Pin = { owner: 'acme', name: 'orders', sha: client.standIn.site.named('acme/orders').find('main') ?? '' }
  const downloads = () => client.standIn.requests.filter(({ path }) => path.includes('_codeload')).length
  return { ...client, pin, downloads }
}

/** Reads a snapshot of an archive made by hand; gives its paths and what was left out. */
async function readArchive(archive: Buffer, limits: Partial<SnapshotLimits> = {}) {
  await using client = await openPinned()
  client.standIn.site.archives.set('acme/orders', archive)
  const paths: string[] = []
  const read = await client.github.readSnapshot(client.pin, ({ path }) => void paths.push(path), { limits })
  return { read, paths, kept: await readdir(client.snapshotDirectory) }
}

const file = (path: string, text = 'x\n'): ArchiveEntry => ({ path, bytes: Buffer.from(text) })

describe('Searching the code of a commit', () => {
  test('finds lines whatever their case and tells where they are', async () => {
    await using client = await openPinned()
    const { hits } = valueOf(await client.github.searchCode(client.pin, 'LISTORDERS'))
    expect(hits).toEqual([{ path: 'src/routes/orders.js', line: 1, text: 'export function listOrders(pool) {' }])
  })

  test('puts the lines and files with most of the words first', async () => {
    await using client = await openPinned()
    const { hits } = valueOf(await client.github.searchCode(client.pin, 'pool query'))
    expect(hits[0]).toMatchObject({ path: 'src/routes/orders.js', line: 2 })
    expect(hits.map(({ path }) => path)).toContain('src/app.js')
  })

  test('takes quoted words for a phrase, and every sign literally', async () => {
    await using client = await openPinned()
    const find = async (words: string) => valueOf(await client.github.searchCode(client.pin, words)).hits.length
    expect(await find('"select * from"')).toBe(1)
    expect(await find('"from select"')).toBe(0)
    expect(await find('pool.e.d')).toBe(0)
    expect(await find('  ')).toBe(0)
  })

  test('searches that commit, not what came after', async () => {
    await using client = await openPinned()
    client.standIn.push('acme/orders', { message: 'Add', files: { 'src/new.js': 'brandNew()\n' } })
    expect(valueOf(await client.github.searchCode(client.pin, 'brandNew')).hits).toEqual([])
  })

  test('tells when there is more than was asked for', async () => {
    await using client = await openPinned()
    expect(valueOf(await client.github.searchCode(client.pin, 'pool', { limit: 1 }))).toMatchObject({
      hits: { length: 1 },
      more: true,
    })
  })

  test('names what its limits left out', async () => {
    await using client = await openPinned()
    const { note, hits } = valueOf(await client.github.searchCode(client.pin, 'insert'))
    expect(hits).toEqual([])
    expect(note).toContain('1 file over the size limit')
  })

  test('cuts a long line around what was found', async () => {
    await using client = await openPinned()
    client.standIn.site.archives.set(
      'acme/orders',
      packArchive([file('top/min.js', `${'a'.repeat(5000)}needle${'b'.repeat(5000)}`)]),
    )
    const [hit] = valueOf(await client.github.searchCode(client.pin, 'needle')).hits
    expect(hit?.text).toContain('needle')
    expect(hit?.text).toHaveLength(240)
  })

  test('opens a private repository with the key in the address, not with the token', async () => {
    await using client = await openPinned()
    const sha = client.standIn.site.named('acme/vault').find('main') ?? ''
    const { hits } = valueOf(await client.github.searchCode({ owner: 'acme', name: 'vault', sha }, 'load'))
    expect(hits).toHaveLength(1)
  })

  test('says so when the commit is unknown', async () => {
    await using client = await openPinned()
    const unknown = { ...client.pin, sha: 'f'.repeat(40) }
    expect(problemOf(await client.github.searchCode(unknown, 'pool')).kind).toBe('no-such-commit')
  })
})

describe('Keeping archives', () => {
  test('downloads a commit once, also when asked twice at the same time', async () => {
    await using client = await openPinned()
    await Promise.all(['pool', 'query'].map((words) => client.github.searchCode(client.pin, words)))
    valueOf(await client.github.searchCode(client.pin, 'select'))
    expect(client.downloads()).toBe(1)
  })

  test('makes room by dropping the archive used longest ago', async () => {
    await using client = await openPinned({ maxSnapshotBytes: 1 })
    const second = client.standIn.push('acme/orders', { message: 'Add', files: { 'new.js': 'x\n' } })
    valueOf(await client.github.searchCode(client.pin, 'pool'))
    valueOf(await client.github.searchCode({ ...client.pin, sha: second }, 'pool'))
    expect(await readdir(client.snapshotDirectory)).toHaveLength(1)
    valueOf(await client.github.searchCode({ ...client.pin, sha: second }, 'pool'))
    expect(client.downloads()).toBe(2)
  })

  test('downloads again when the line broke, and leaves nothing half done', async () => {
    await using client = await openPinned()
    client.standIn.fail({ route: /_codeload/, kind: 'cut', times: 1 })
    expect(valueOf(await client.github.searchCode(client.pin, 'listOrders')).hits).toHaveLength(1)
    client.standIn.fail({ route: /_codeload/, kind: 'cut', times: 5 })
    const other = client.standIn.push('acme/orders', { message: 'Add', files: { 'new.js': 'x\n' } })
    expect(problemOf(await client.github.searchCode({ ...client.pin, sha: other }, 'x')).kind).toBe('unavailable')
    expect(await readdir(client.snapshotDirectory)).toHaveLength(1)
  })

  test('throws a damaged archive away and downloads it anew next time', async () => {
    await using client = await openPinned()
    valueOf(await client.github.searchCode(client.pin, 'pool'))
    const [name = ''] = await readdir(client.snapshotDirectory)
    const whole = await readFile(join(client.snapshotDirectory, name))
    await writeFile(join(client.snapshotDirectory, name), whole.subarray(0, whole.length / 2))
    expect(problemOf(await client.github.searchCode(client.pin, 'pool')).kind).toBe('unavailable')
    expect(valueOf(await client.github.searchCode(client.pin, 'listOrders')).hits).toHaveLength(1)
  })
})

describe('Hostile archives', () => {
  test('are read for their regular, safely named files only', async () => {
    const { read, paths } = await readArchive(
      packArchive([
        { path: 'top', folder: true },
        file('top/src/good.js'),
        file('top/../../etc/cron.d/evil'),
        file('/etc/passwd'),
        file('top/./odd.js'),
        file('nothing-above'),
        { path: 'top/link.js', linkTo: '/etc/passwd' },
        file('top/link.js/through'),
        file(`top/${'deep/'.repeat(60)}good.js`),
      ]),
    )
    expect(paths).toEqual(['src/good.js', 'link.js/through', `${'deep/'.repeat(60)}good.js`])
    expect(valueOf(read).skipped).toEqual({ tooLarge: [], links: ['link.js'], unsafePath: 4 })
  })

  test('write nothing to the disk but themselves', async () => {
    const { kept } = await readArchive(packArchive([file('top/a.js'), file('../../evil.js')]))
    expect(kept).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.tar\.gz$/)])
  })

  test('are stopped when they unpack to too much', async () => {
    const packed = packArchive([{ path: 'top/zeros.bin', bytes: Buffer.alloc(50_000_000) }, file('top/after.js')])
    const { read, paths } = await readArchive(packed, { unpackedBytes: 10_000_000 })
    expect(valueOf(read)).toMatchObject({ stoppedBy: 'unpacked-bytes', files: 0 })
    expect(paths).toEqual([])
  })

  test('are stopped when they hold too many entries', async () => {
    const many = Array.from({ length: 500 }, (_, index) => file(`top/${index}.js`))
    const { read, paths } = await readArchive(packArchive(many), { entries: 100 })
    expect(valueOf(read)).toMatchObject({ stoppedBy: 'entries', files: 100 })
    expect(paths).toHaveLength(100)
  })

  test('lose the files that are too large, by name', async () => {
    const { read, paths } = await readArchive(packArchive([file('top/big.js', 'x'.repeat(2000)), file('top/ok.js')]), {
      fileBytes: 1000,
    })
    expect(paths).toEqual(['ok.js'])
    expect(valueOf(read).skipped.tooLarge).toEqual(['big.js'])
  })

  test('are refused when the download itself is too large', async () => {
    const { read, kept } = await readArchive(packArchive([file('top/a.js')]), { compressedBytes: 20 })
    expect(problemOf(read)).toMatchObject({ kind: 'too-large-repository', maxBytes: 20 })
    expect(kept).toEqual([])
  })

  test.each([
    ['no archive at all', Buffer.from('<html>Sign in</html>')],
    ['no tar inside', gzipSync(Buffer.from('hello '.repeat(500)))],
    ['an archive packed twice', gzipSync(packArchive([{ path: 'top/zeros', bytes: Buffer.alloc(1_000_000) }]))],
  ])('are refused when they are %s', async (_name, archive) => {
    const { read, paths, kept } = await readArchive(archive)
    expect(problemOf(read).kind).toBe('unavailable')
    expect(paths).toEqual([])
    expect(kept).toEqual([])
  })
})

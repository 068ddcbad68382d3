import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import { expect, test } from 'vitest'
import { SNAPSHOT_LIMITS } from '../../src/github/snapshot.ts'
import { packArchive } from '../support/github/archive.ts'
import { openClient, valueOf } from './open-client.ts'
import { orders } from './sample.ts'

/** Reads an archive as a review does, with the limits that hold in production. */
async function read(archive: Buffer) {
  await using client = await openClient({ repositories: [orders] })
  client.standIn.site.archives.set('acme/orders', archive)
  const pin = { owner: 'acme', name: 'orders', sha: client.standIn.site.named('acme/orders').find('main') ?? '' }
  const files = new Map<string, number>()
  let largestBytes = 0
  const visit = ({ path, bytes }: { path: string; bytes: Buffer }) => {
    files.set(path, bytes.length)
    largestBytes = Math.max(largestBytes, bytes.length)
  }
  const coverage = valueOf(await client.github.readSnapshot(pin, visit))
  return { coverage, files, largestBytes }
}

function header(fields: { path?: string; size?: number; type?: 'File' | 'NextFileHasLongPath' }): Buffer {
  const made = new Header({ path: 'top/a.js', size: 0, mode: 0o644, mtime: new Date(0), type: 'File', ...fields })
  made.encode()
  return made.block ?? Buffer.alloc(512)
}

/** A gzip of many members, which unpacks to all of them: an archive far larger than what is sent. */
function repeat(bytes: Buffer, times: number, before: Buffer = Buffer.alloc(0)): Buffer {
  const member = gzipSync(bytes)
  return Buffer.concat([gzipSync(before), ...Array.from({ length: times }, () => member)])
}

test('ten gigabytes of zeros are stopped at the limit, and none is kept', async () => {
  const bytes = 10_000_000_000
  const archive = repeat(Buffer.alloc(100_000_000), 100, header({ path: 'top/zeros.js', size: bytes }))
  expect(archive.length).toBeLessThan(SNAPSHOT_LIMITS.compressedBytes)
  const { coverage, files } = await read(archive)
  expect(coverage).toMatchObject({ stoppedBy: 'unpacked-bytes', files: 0, skipped: { tooLarge: ['zeros.js'] } })
  expect(files.size).toBe(0)
})

test('a million files are stopped at the limit', async () => {
  const thousand = Buffer.concat(Array.from({ length: 1000 }, (_, index) => header({ path: `top/${index}.js` })))
  const { coverage } = await read(repeat(thousand, 1000))
  expect(coverage).toMatchObject({ stoppedBy: 'entries', files: SNAPSHOT_LIMITS.entries })
})

test('a name of many megabytes is nobody’s file', async () => {
  const name = Buffer.from(`top/${'a'.repeat(5_000_000)}`)
  const padded = Buffer.concat([name, Buffer.alloc(512 - (name.length % 512))])
  const long = Buffer.concat([
    header({ path: '././@LongLink', size: name.length, type: 'NextFileHasLongPath' }),
    padded,
  ])
  const { files } = await read(gzipSync(Buffer.concat([long, header({ path: 'top/ok.js' }), Buffer.alloc(1024)])))
  expect([...files.keys()].every((path) => path.length < 5000)).toBe(true)
})

test('names in every encoding are read without climbing, and those that would forge a report are left out', async () => {
  const encodings = [
    Buffer.from('top/straße.js', 'latin1'),
    Buffer.from('top/日本.js', 'utf8'),
    Buffer.from('top/ab.js', 'utf16le'),
    Buffer.from([0x74, 0x6f, 0x70, 0x2f, 0xff, 0xfe, 0xc0, 0xaf, 0x2e, 0x6a, 0x73]),
    Buffer.from('top/\u202ecod.js', 'utf8'),
    Buffer.from('top/line\nbreak.js', 'utf8'),
    Buffer.from('top/\u001b[2Jclear.js', 'utf8'),
    Buffer.from('top\\..\\..\\evil.js', 'utf8'),
    Buffer.from('top/C:\\evil.js', 'utf8'),
    Buffer.from('top/%2e%2e/evil.js', 'utf8'),
  ]
  const entries = encodings.map((name) => {
    const block = header({})
    block.fill(0, 0, 100)
    name.copy(block, 0)
    return withChecksum(block)
  })
  const { files, coverage } = await read(gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)])))
  expect(files.size + coverage.skipped.unsafePath).toBeGreaterThanOrEqual(encodings.length - 1)
  expect([...files.keys()]).toEqual(expect.arrayContaining(['日本.js', '%2e%2e/evil.js']))
  for (const path of files.keys()) {
    expect(path.split('/')).not.toContain('..')
    // oxlint-disable-next-line no-control-regex -- their absence is the point
    expect(path).not.toMatch(/[\u0000-\u001f]/)
  }
})

test('links are named and never followed, wherever they lead', async () => {
  const { coverage, files } = await read(
    packArchive([
      { path: 'top/passwd', linkTo: '/etc/passwd' },
      { path: 'top/up', linkTo: '../../..' },
      { path: 'top/up/evil.js', bytes: Buffer.from('x') },
      { path: '/absolute.js', bytes: Buffer.from('x') },
      { path: 'top/../../out.js', bytes: Buffer.from('x') },
    ]),
  )
  expect(coverage.skipped).toMatchObject({ links: ['passwd', 'up'], unsafePath: 2 })
  expect([...files.keys()]).toEqual(['up/evil.js'])
})

// The sum of a header's bytes, its own field counted as spaces: https://www.gnu.org/software/tar/manual/html_node/Standard.html
function withChecksum(block: Buffer): Buffer {
  block.fill(' ', 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count, sql } from 'drizzle-orm'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { checkWritable } from '../../src/db/check-writable.ts'
import { openStore, type Store } from '../../src/db/open-store.ts'
import { messages } from '../../src/db/schema.ts'

function openTemporaryStore(): { store: Store; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'architect-'))
  const file = join(folder, 'architect.db')
  const store = openStore(file)
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  return { store, file }
}

function keep(store: Store, ts: number, text = 'words'): Promise<void> {
  const row = { teamId: 'T1', channelId: 'C1', threadTs: '1', authorId: 'U1', fromArchitect: false }
  return store.write(async (tx) => {
    await tx.insert(messages).values({ ...row, ts: String(ts), text })
  })
}

async function countMessages({ read }: Store): Promise<number> {
  const [row] = await read.select({ n: count() }).from(messages)
  return row?.n ?? 0
}

test('a job that fails takes nothing of the others in its commit with it', async () => {
  const { store } = openTemporaryStore()
  const results = await Promise.allSettled([keep(store, 1), keep(store, 1), keep(store, 2)])

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await countMessages(store)).toBe(2)
})

test('on a full disk writes fail, what was written stays, and all goes on once there is room', async () => {
  const { store } = openTemporaryStore()
  await store.write(async (tx) => void tx.run(sql`pragma max_page_count = 80`))
  let kept = 0
  const fill = async () => {
    for (; ; kept++) await keep(store, kept, 'x'.repeat(2000))
  }
  await expect(fill()).rejects.toThrow('full')

  expect(await checkWritable(store)).toContain('full')
  expect(await countMessages(store)).toBe(kept)

  await store.write(async (tx) => void tx.run(sql`pragma max_page_count = 100000`))
  await keep(store, kept)
  expect(await checkWritable(store)).toBeUndefined()
  expect(await countMessages(store)).toBe(kept + 1)
})

test('a write waits for another process that holds the file, and the event loop goes on meanwhile', async () => {
  const { store, file } = openTemporaryStore()
  const other = new Sqlite(file)
  other.exec('BEGIN IMMEDIATE')
  const written = keep(store, 1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  other.exec('COMMIT')
  other.close()

  await written
  expect(await countMessages(store)).toBe(1)
})

test('below a folder that can hold none the database cannot be opened, and a sentence says so at once', () => {
  for (const folder of ['/proc/nothing/here', '/proc/nothing'])
    expect(() => openStore(join(folder, 'architect.db'))).toThrow('or set ARCHITECT_DATA_DIR')
})

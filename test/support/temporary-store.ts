import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openStore, type Store } from '../../src/db/open-store.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

// Making the tables takes most of the time that opening a new database takes.
const newDatabase = await makeDatabase()

/** Puts a database as a first start leaves it where the bot looks for it. */
export function placeNewDatabase(folder: string): string {
  const file = join(folder, 'architect.db')
  writeFileSync(file, newDatabase)
  return file
}

/** Stores over one new database file, closed and removed when the test ends. */
export function openTemporaryStores(count: number): Store[] {
  const folder = createTemporaryFolder()
  const file = placeNewDatabase(folder)
  const stores = Array.from({ length: count }, () => openStore(file))
  onTestFinished(async () => {
    for (const store of stores) await store.close()
    rmSync(folder, { recursive: true })
  })
  return stores
}

/** A store over a new database file, closed and removed when the test ends. */
export function openTemporaryStore(): Store {
  const [store] = openTemporaryStores(1)
  if (!store) throw new Error('no store')
  return store
}

async function makeDatabase(): Promise<Buffer> {
  const folder = createTemporaryFolder()
  const file = join(folder, 'architect.db')
  await openStore(file).close()
  const bytes = readFileSync(file)
  rmSync(folder, { recursive: true })
  return bytes
}

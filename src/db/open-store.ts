import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { makeFolder } from '../lib/make-folder.ts'
import { createDecisionIndex } from './decision-index.ts'
import { GroupCommit } from './group-commit.ts'
import { explainStoreError } from './explain-store-error.ts'
import * as schema from './schema.ts'
import type { SearchParameters } from './search-worker.ts'
import { SearchIndex } from './search-index.ts'
import { SearchThread } from './search-thread.ts'

export type Database = BetterSQLite3Database<typeof schema>

export interface Store {
  /** A read-only connection: a write through it fails. */
  readonly read: Database
  /** Runs `work` in a transaction that is on disk when the promise resolves. Nothing but the database may be awaited inside. */
  write<T>(work: (tx: Database) => T | Promise<T>): Promise<T>
  /** Runs a read-only statement in a worker thread, so that a slow search never holds up the event loop. */
  search<Row>(sql: string, parameters: SearchParameters): Promise<Row[]>
  close(): Promise<void>
}

const migrationsFolder = join(import.meta.dirname, '../../migrations')

/** Opens the SQLite file, creating and migrating it as needed; throws StoreError when the file cannot be written or is damaged. */
export function openStore(file: string): Store {
  try {
    return openFile(file)
  } catch (error) {
    throw explainStoreError(file, error) ?? error
  }
}

function openFile(file: string): Store {
  makeFolder(dirname(file))
  const writer = openConnection(file, false)
  checkPages(writer)
  const writeDatabase = drizzle(writer, { schema })
  migrate(writeDatabase, { migrationsFolder })
  const searchIndex = new SearchIndex(writer)
  createDecisionIndex(writer)
  const reader = openConnection(file, true)
  const groupCommit = new GroupCommit(writer)
  const searchThread = new SearchThread(file)
  return {
    read: drizzle(reader, { schema }),
    write: (work) => groupCommit.run(() => work(writeDatabase)),
    search: async (sql, parameters) => {
      while (await groupCommit.run(() => searchIndex.catchUp()));
      return searchThread.run(sql, parameters)
    },
    close: async () => {
      // Whoever waits for a write learns of its failure; closing goes on.
      await groupCommit.run(() => undefined).catch(() => undefined)
      await searchThread.close()
      reader.close()
      writer.close()
    },
  }
}

/** Reads every page once, about 1 ms a megabyte: a damaged one is better found now than amid an answer. */
function checkPages(connection: Sqlite.Database): void {
  const result: unknown = connection.pragma('quick_check(1)', { simple: true })
  if (result !== 'ok') throw new Sqlite.SqliteError(String(result), 'SQLITE_CORRUPT')
}

function openConnection(file: string, readonly: boolean): Sqlite.Database {
  const connection = new Sqlite(file, { readonly, timeout: 5000 })
  if (!readonly) {
    connection.pragma('journal_mode = WAL')
    // The build's default in WAL is NORMAL, which may lose the last commits in a power cut.
    connection.pragma('synchronous = FULL')
    connection.pragma('secure_delete = ON')
  }
  return connection
}

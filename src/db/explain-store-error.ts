import Sqlite from 'better-sqlite3'
import { StoreError } from './store-error.ts'

/** Why opening `file` failed, in words an operator can act on; undefined when it is nothing about the file. */
export function explainStoreError(file: string, error: unknown): StoreError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const isAboutFile = error instanceof Sqlite.SqliteError || /^E[A-Z]+$/.test(code)
  if (!isAboutFile) return undefined
  const { message } = error as Error // SqliteError and Node's errors with codes are Errors
  return new StoreError(`The database ${file} ${whatToDo(code)} (${message})`, { cause: error })
}

function whatToDo(code: string): string {
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
    return 'is damaged: move it and its -wal and -shm files away and put the latest backup in their place.'
  if (/^(SQLITE_FULL|ENOSPC)/.test(code)) return 'has no room: free space on its disk.'
  if (code.startsWith('SQLITE_BUSY')) return 'is held by another process: stop that one first.'
  return "cannot be opened and written: check the folder's owner and rights, or set ARCHITECT_DATA_DIR."
}

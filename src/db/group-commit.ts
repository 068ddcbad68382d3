import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'

interface Waiting {
  run: () => Promise<void>
  settle: () => void
  reject: (error: unknown) => void
}

const jobsPerCommit = 64
/** How long another process may hold the file; Slack waits three seconds for an answer to an event. */
const lockPatienceMs = 2000
const lockRetryMs = 10

/**
 * Runs write jobs one after another on one connection, up to 64 to a commit, each in its own savepoint: a job that throws
 * is rolled back alone, and no promise settles before its commit is on disk. Jobs must not wait for anything but the database.
 */
export class GroupCommit {
  readonly #connection: Sqlite.Database
  readonly #begin: Sqlite.Statement
  readonly #commit: Sqlite.Statement
  readonly #savepoint: Sqlite.Statement
  readonly #release: Sqlite.Statement
  readonly #waiting: Waiting[] = []
  #scheduled = false
  /** When another process was first found to hold the file, until it lets go. */
  #lockedSince: number | undefined

  constructor(connection: Sqlite.Database) {
    this.#connection = connection
    // SQLite's own waiting for a lock would hold up the event loop.
    connection.pragma('busy_timeout = 0')
    this.#begin = connection.prepare('BEGIN IMMEDIATE')
    this.#commit = connection.prepare('COMMIT')
    this.#savepoint = connection.prepare('SAVEPOINT job')
    this.#release = connection.prepare('RELEASE job')
  }

  run<T>(job: () => T | Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    let settle = () => {}
    this.#waiting.push({
      run: async () => {
        const value = await job()
        settle = () => resolve(value)
      },
      settle: () => settle(),
      reject,
    })
    this.#schedule()
    return promise
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      void this.#commitBatch().finally(() => {
        this.#scheduled = false
        this.#schedule()
      })
    })
  }

  async #commitBatch(): Promise<void> {
    const batch = this.#waiting.splice(0, jobsPerCommit)
    const done: Waiting[] = []
    try {
      await this.#beginPatiently()
      for (const job of batch) if (await this.#runInSavepoint(job)) done.push(job)
      this.#commit.run()
    } catch (error) {
      for (const job of batch) job.reject(error)
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
      return
    }
    for (const job of done) job.settle()
  }

  async #beginPatiently(): Promise<void> {
    for (;;) {
      try {
        this.#begin.run()
        this.#lockedSince = undefined
        return
      } catch (error) {
        if (!isLocked(error)) throw error
        this.#lockedSince ??= performance.now()
        if (performance.now() - this.#lockedSince > lockPatienceMs) throw error
        await sleep(lockRetryMs)
      }
    }
  }

  async #runInSavepoint(job: Waiting): Promise<boolean> {
    this.#savepoint.run()
    try {
      await job.run()
      this.#release.run()
      return true
    } catch (error) {
      // A full disk rolls the whole transaction back by itself; then there is no savepoint left to return to.
      if (!this.#connection.inTransaction) throw error
      this.#connection.exec('ROLLBACK TO job; RELEASE job')
      job.reject(error)
      return false
    }
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

import { createHash } from 'node:crypto'
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Lanes } from '../lib/lanes.ts'
import { makeFolder } from '../lib/make-folder.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'

type Download = (file: string) => Promise<Outcome<unknown>>

/** Keeps downloaded archives in one directory, the ones used last, up to `maxTotalBytes`; one process owns it. */
export class SnapshotStore {
  readonly #directory: string
  readonly #maxTotalBytes: number
  readonly #now: () => number
  readonly #downloads = new Lanes(1)

  constructor(directory: string, maxTotalBytes: number, now: () => number) {
    this.#directory = directory
    this.#maxTotalBytes = maxTotalBytes
    this.#now = now
  }

  /** The archive's file, downloaded when it is not there; one download at a time. */
  async open(key: string, download: Download, signal?: AbortSignal): Promise<Outcome<string>> {
    const file = this.#fileOf(key)
    if (await this.#touch(file)) return succeed(file)
    return this.#downloads.run(async () => {
      if (await this.#touch(file)) return succeed(file)
      return this.#fetch(file, download)
    }, signal)
  }

  async drop(key: string): Promise<void> {
    await rm(this.#fileOf(key), { force: true })
  }

  /** Between downloads, so that none of them loses its file. */
  clear(): Promise<void> {
    return this.#downloads.run(() => rm(this.#directory, { recursive: true, force: true }))
  }

  #fileOf(key: string): string {
    return join(this.#directory, `${createHash('sha256').update(key).digest('hex')}.tar.gz`)
  }

  async #touch(file: string): Promise<boolean> {
    const now = new Date(this.#now())
    try {
      await utimes(file, now, now)
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
      throw error
    }
  }

  async #fetch(file: string, download: Download): Promise<Outcome<string>> {
    makeFolder(this.#directory, 0o700)
    const part = `${file}.part`
    try {
      const downloaded = await download(part)
      if (!downloaded.ok) return downloaded
      await rename(part, file)
    } finally {
      await rm(part, { force: true })
    }
    await this.#touch(file)
    await this.#evict(file)
    return succeed(file)
  }

  async #evict(keep: string): Promise<void> {
    const names = await readdir(this.#directory)
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(this.#directory, name)
        const { size, mtimeMs } = await stat(file)
        return { file, size, mtimeMs }
      }),
    )
    let totalBytes = files.reduce((sum, { size }) => sum + size, 0)
    for (const { file, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (totalBytes <= this.#maxTotalBytes) return
      if (file === keep) continue
      await rm(file, { force: true })
      totalBytes -= size
    }
  }
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// In the project, not in the system's temporary folder: that one is often memory, where syncing costs nothing.
const parent = join(import.meta.dirname, '../../data')

/** A new folder on the disk that `npm start` would use; it goes away with its owner. */
export function createFolder(): Disposable & { path: string } {
  mkdirSync(parent, { recursive: true })
  const path = mkdtempSync(join(parent, 'bench-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

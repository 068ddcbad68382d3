import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Every test's database waits for the disk at each commit; where memory can be had as a folder, it need not.
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A new folder; whoever asked for it takes it away. */
export function createTemporaryFolder(): string {
  return mkdtempSync(join(root, 'architect-'))
}

import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import type { Gunzip } from 'node:zlib'
import type { SnapshotCoverage, SnapshotFile, SnapshotLimits } from './snapshot.ts'
import { TarReading } from './tar-reading.ts'

const CHUNK_BYTES = 256 * 1024

type Visit = (file: SnapshotFile) => void | Promise<void>

/** Thrown when an archive is not a readable gzipped tar. */
export class CorruptArchiveError extends Error {
  override name = 'CorruptArchiveError'
}

/** Reads the regular files of a gzipped tar one after another, never writing them anywhere, within the limits. */
export async function unpackTarball(archive: string, limits: SnapshotLimits, visit: Visit): Promise<SnapshotCoverage> {
  const source = createReadStream(archive)
  const unzipped = createGunzip({ chunkSize: CHUNK_BYTES })
  source.on('error', (error) => unzipped.destroy(error))
  try {
    return await unpack(source.pipe(unzipped), limits, visit)
  } catch (error) {
    throw isArchiveError(error) ? new CorruptArchiveError(`Can't unpack ${archive}`, { cause: error }) : error
  } finally {
    source.destroy()
    unzipped.destroy()
  }
}

async function unpack(unzipped: Gunzip, limits: SnapshotLimits, visit: Visit): Promise<SnapshotCoverage> {
  const reading = new TarReading(limits)
  for await (const chunk of unzipped) {
    const more = reading.take(chunk)
    for (const file of reading.takeFinished()) await visit(file)
    if (!more) return reading.coverage
  }
  reading.end()
  for (const file of reading.takeFinished()) await visit(file)
  return reading.coverage
}

// zlib's and tar's own error codes, so that an error of the visitor or the disk stays what it is.
function isArchiveError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(?:Z|TAR)_/.test(String(error.code))
}

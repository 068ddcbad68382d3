import type { Api } from './api.ts'
import { downloadArchive } from './download-archive.ts'
import { fail, succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { SnapshotCoverage, SnapshotFile, SnapshotLimits } from './snapshot.ts'
import { SNAPSHOT_LIMITS } from './snapshot.ts'
import type { Pin } from './target.ts'

export type SnapshotOptions = CallOptions & { limits?: Partial<SnapshotLimits> }

/** Hands every regular file of a commit to `visit`, one after another, within the limits; says what it left out. */
export async function readSnapshot(
  api: Api,
  pin: Pin,
  visit: (file: SnapshotFile) => void | Promise<void>,
  { signal, limits: given }: SnapshotOptions = {},
): Promise<Outcome<SnapshotCoverage>> {
  const limits = { ...SNAPSHOT_LIMITS, ...given }
  const identity = await api.credentials.forRepository(pin, { signal })
  if (!identity.ok) return identity
  const key = `${identity.value.key} ${pin.owner}/${pin.name} ${pin.sha}`.toLowerCase()
  const place = { identity: identity.value, pin, maxBytes: limits.compressedBytes }
  const archive = await api.snapshots.open(key, (file) => downloadArchive(api, { ...place, file }, { signal }), signal)
  if (!archive.ok) return archive
  // Nothing that unpacks is needed to start.
  const { CorruptArchiveError, unpackTarball } = await import('./unpack-tarball.ts')
  try {
    const visitUnlessStopped = (file: SnapshotFile) => {
      signal?.throwIfAborted()
      return visit(file)
    }
    return succeed(await unpackTarball(archive.value, limits, visitUnlessStopped))
  } catch (error) {
    if (!(error instanceof CorruptArchiveError)) throw error
    await api.snapshots.drop(key)
    return fail({ kind: 'unavailable' })
  }
}

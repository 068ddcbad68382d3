/** One regular file of a snapshot. */
export type SnapshotFile = { path: string; bytes: Buffer }

/** What a snapshot may cost; what is beyond is left out and told, or, for the download itself, refused. */
export type SnapshotLimits = {
  compressedBytes: number
  unpackedBytes: number
  entries: number
  fileBytes: number
}

/** What was read of a snapshot and what was not. Links are named and never followed; devices and the like are not counted. */
export type SnapshotCoverage = {
  files: number
  bytes: number
  skipped: { tooLarge: string[]; links: string[]; unsafePath: number }
  stoppedBy?: 'entries' | 'unpacked-bytes'
}

/** Enough for nearly every service, and done in seconds: 100 MB packed, 400 MB unpacked, 20,000 entries, 1 MB a file. */
export const SNAPSHOT_LIMITS: SnapshotLimits = {
  compressedBytes: 100_000_000,
  unpackedBytes: 400_000_000,
  entries: 20_000,
  fileBytes: 1_000_000,
}

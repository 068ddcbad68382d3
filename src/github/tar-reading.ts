import { Parser } from 'tar'
import type { ReadEntry } from 'tar'
import type { SnapshotCoverage, SnapshotFile, SnapshotLimits } from './snapshot.ts'

/** Parses tar bytes as they come, keeping the regular files that are finished and counting what the limits leave out. */
export class TarReading {
  readonly coverage: SnapshotCoverage = { files: 0, bytes: 0, skipped: { tooLarge: [], links: [], unsafePath: 0 } }
  readonly #limits: SnapshotLimits
  readonly #parser: Parser
  #finished: SnapshotFile[] = []
  #entries = 0
  #unpackedBytes = 0
  #error: Error | undefined

  constructor(limits: SnapshotLimits) {
    this.#limits = limits
    // A ratio of 1 refuses an archive packed again inside the one whose size is counted.
    this.#parser = new Parser({
      maxDecompressionRatio: 1,
      filter: (_path, entry) => 'remain' in entry && this.#accept(entry),
      onReadEntry: (entry) => this.#collect(entry),
    })
    this.#parser.on('error', (error: Error) => (this.#error = error))
    this.#parser.on('warn', (code: string, message: string) => {
      if (code === 'TAR_BAD_ARCHIVE') this.#error = Object.assign(new Error(message), { code })
    })
  }

  /** Takes the next bytes; false when a limit ends the reading. Throws on what is no tar. */
  take(chunk: Buffer): boolean {
    this.#unpackedBytes += chunk.length
    if (this.#unpackedBytes > this.#limits.unpackedBytes) this.coverage.stoppedBy = 'unpacked-bytes'
    else this.#parser.write(chunk)
    if (this.#error) throw this.#error
    return this.coverage.stoppedBy === undefined
  }

  end(): void {
    this.#parser.end()
    if (this.#error) throw this.#error
  }

  takeFinished(): SnapshotFile[] {
    const finished = this.#finished
    this.#finished = []
    return finished
  }

  #accept(entry: ReadEntry): boolean {
    this.#entries += 1
    if (this.#entries > this.#limits.entries) this.coverage.stoppedBy = 'entries'
    const isLink = entry.type === 'SymbolicLink' || entry.type === 'Link'
    if (this.coverage.stoppedBy || !(isLink || entry.type === 'File' || entry.type === 'OldFile')) return false
    const path = withoutTopFolder(entry.path)
    if (path === undefined) this.coverage.skipped.unsafePath += 1
    else if (isLink) this.coverage.skipped.links.push(path)
    else if (entry.size > this.#limits.fileBytes) this.coverage.skipped.tooLarge.push(path)
    else return true
    return false
  }

  #collect(entry: ReadEntry): void {
    const chunks: Buffer[] = []
    entry.on('data', (chunk) => chunks.push(chunk))
    entry.on('end', () => this.#finish(withoutTopFolder(entry.path) ?? '', Buffer.concat(chunks)))
  }

  #finish(path: string, bytes: Buffer): void {
    this.coverage.files += 1
    this.coverage.bytes += bytes.length
    this.#finished.push({ path, bytes })
  }
}

// GitHub puts everything under one folder, owner-name-sha.
function withoutTopFolder(path: string): string | undefined {
  const [top, ...rest] = path.split('/')
  const unsafe = !top || rest.length === 0 || rest.some((segment) => ['', '.', '..'].includes(segment))
  // No control character stands in a name that somebody chose, and in a report it would forge lines.
  // oxlint-disable-next-line no-control-regex
  return unsafe || /[\u0000-\u001f\u007f]/.test(path) ? undefined : rest.join('/')
}

import type { RepositoryHost } from '../access/visible-repository.ts'
import type { FileList } from '../github/list-files.ts'
import type { Outcome } from '../github/outcome.ts'
import type { CallOptions } from '../github/question.ts'
import type { FileText } from '../github/read-file.ts'
import type { SnapshotOptions } from '../github/read-snapshot.ts'
import type { ResolveOptions } from '../github/resolve-target.ts'
import type { Resolved } from '../github/resolved.ts'
import type { SnapshotCoverage, SnapshotFile } from '../github/snapshot.ts'
import type { GitHubTarget, LineRange, Pin } from '../github/target.ts'

/** What a review needs of GitHub. Expected failures are outcomes with a sentence; only the unexpected is thrown. */
export interface CodeHost extends RepositoryHost {
  findLinks(text: string): GitHubTarget[]
  resolve(target: GitHubTarget, options?: ResolveOptions): Promise<Outcome<Resolved>>
  listFiles(pin: Pin, options?: CallOptions & { path?: string }): Promise<Outcome<FileList>>
  readFile(pin: Pin, path: string, options?: CallOptions & { maxBytes?: number }): Promise<Outcome<FileText>>
  readSnapshot(
    pin: Pin,
    visit: (file: SnapshotFile) => void | Promise<void>,
    options?: SnapshotOptions,
  ): Promise<Outcome<SnapshotCoverage>>
  permalink(pin: Pin, path: string, lines?: LineRange): string
}

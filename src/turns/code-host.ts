import type { GitHubHosts } from '../github/hosts.ts'
import type { CodeSearch } from '../github/search-code.ts'
import type { FileList } from '../github/list-files.ts'
import type { Outcome } from '../github/outcome.ts'
import type { CallOptions } from '../github/question.ts'
import type { FileText } from '../github/read-file.ts'
import type { Repository } from '../github/repository.ts'
import type { ResolveOptions } from '../github/resolve-target.ts'
import type { Resolved } from '../github/resolved.ts'
import type { SnapshotOptions } from '../github/read-snapshot.ts'
import type { SnapshotCoverage, SnapshotFile } from '../github/snapshot.ts'
import type { GitHubTarget, LineRange, Pin, RepositoryRef } from '../github/target.ts'

/** What a turn needs of GitHub. Expected failures are outcomes with a sentence; only the unexpected is thrown. */
export interface CodeHost {
  readonly hosts: GitHubHosts
  findLinks(text: string): GitHubTarget[]
  repository(ref: RepositoryRef, options?: CallOptions): Promise<Outcome<Repository>>
  resolve(target: GitHubTarget, options?: ResolveOptions): Promise<Outcome<Resolved>>
  /** The default branch of a repository, now. */
  resolveHead(ref: RepositoryRef, options?: CallOptions): Promise<Outcome<Resolved>>
  listFiles(pin: Pin, options?: CallOptions & { path?: string }): Promise<Outcome<FileList>>
  readFile(pin: Pin, path: string, options?: CallOptions & { maxBytes?: number }): Promise<Outcome<FileText>>
  searchCode(pin: Pin, words: string, options?: CallOptions): Promise<Outcome<CodeSearch>>
  readSnapshot(
    pin: Pin,
    visit: (file: SnapshotFile) => void | Promise<void>,
    options?: SnapshotOptions,
  ): Promise<Outcome<SnapshotCoverage>>
  permalink(pin: Pin, path: string, lines?: LineRange): string
}

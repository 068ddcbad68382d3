import type { Api } from './api.ts'
import { buildApi, type GitHubSetup } from './build-api.ts'
import type { GitHubHosts } from './hosts.ts'
import { findIntroduction } from './find-introduction.ts'
import type { Introduction, IntroductionQuestion } from './find-introduction.ts'
import { findGitHubLinks } from './links.ts'
import { listFiles } from './list-files.ts'
import type { FileList } from './list-files.ts'
import type { Outcome } from './outcome.ts'
import { permalink } from './permalink.ts'
import type { CallOptions } from './question.ts'
import { readRate } from './rate.ts'
import type { RateState } from './rate.ts'
import { readFile } from './read-file.ts'
import type { FileText } from './read-file.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { SnapshotOptions } from './read-snapshot.ts'
import { readPermission, readRepository } from './repository.ts'
import type { Permission, Repository } from './repository.ts'
import { resolveHead, resolveTarget } from './resolve-target.ts'
import type { ResolveOptions } from './resolve-target.ts'
import type { Resolved, ResolvedCode } from './resolved.ts'
import { searchCode } from './search-code.ts'
import type { CodeSearch } from './search-code.ts'
import type { SnapshotCoverage, SnapshotFile } from './snapshot.ts'
import type { GitHubTarget, LineRange, Pin, RepositoryRef } from './target.ts'

/**
 * Reads GitHub, never writes (publish.ts does). Expected failures come back as problems with a sentence; an aborted signal throws its
 * reason. Rate limits are kept: up to 5 seconds are waited out, more comes back as the problem `rate-limited`.
 */
export type GitHub = {
  readonly hosts: GitHubHosts
  repository(ref: RepositoryRef, options?: CallOptions): Promise<Outcome<Repository>>
  permission(ref: RepositoryRef, login: string, options?: CallOptions): Promise<Outcome<Permission>>
  findLinks(text: string): GitHubTarget[]
  resolve(target: GitHubTarget, options?: ResolveOptions): Promise<Outcome<Resolved>>
  /** The default branch as it is now. */
  resolveHead(ref: RepositoryRef, options?: CallOptions): Promise<Outcome<ResolvedCode>>
  listFiles(pin: Pin, options?: CallOptions & { path?: string }): Promise<Outcome<FileList>>
  readFile(pin: Pin, path: string, options?: CallOptions & { maxBytes?: number }): Promise<Outcome<FileText>>
  searchCode(pin: Pin, words: string, options?: SnapshotOptions & { limit?: number }): Promise<Outcome<CodeSearch>>
  readSnapshot(
    pin: Pin,
    visit: (file: SnapshotFile) => void | Promise<void>,
    options?: SnapshotOptions,
  ): Promise<Outcome<SnapshotCoverage>>
  /** The commit between two that changed a line or file, and its pull request, when that is certain. */
  findIntroduction(
    ref: RepositoryRef,
    question: IntroductionQuestion,
    options?: CallOptions,
  ): Promise<Outcome<Introduction | undefined>>
  rate(options?: CallOptions): Promise<Outcome<RateState>>
  permalink(pin: Pin, path: string, lines?: LineRange): string
}

/** Builds the client; throws when the API's address is no URL or an App's private key can't be read. */
export function createGitHub(setup: GitHubSetup): GitHub {
  return readThrough(buildApi(setup))
}

/** The part of a client that reads. */
export function readThrough(api: Api): GitHub {
  return {
    hosts: api.hosts,
    repository: (ref, options) => readRepository(api, ref, options),
    permission: (ref, login, options) => readPermission(api, ref, login, options),
    findLinks: (text) => findGitHubLinks(text, api.hosts),
    resolve: (target, options) => resolveTarget(api, target, options),
    resolveHead: (ref, options) => resolveHead(api, ref, options),
    listFiles: (pin, options) => listFiles(api, pin, options),
    readFile: (pin, path, options) => readFile(api, pin, path, options),
    searchCode: (pin, words, options) => searchCode(api, pin, words, options),
    readSnapshot: (pin, visit, options) => readSnapshot(api, pin, visit, options),
    findIntroduction: (ref, question, options) => findIntroduction(api, ref, question, options),
    rate: (options) => readRate(api, options),
    permalink: (pin, path, lines) => permalink(api.hosts, pin, path, lines),
  }
}

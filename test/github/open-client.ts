import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryCache } from '../../src/github/answer-cache.ts'
import { createGitHub } from '../../src/github/github.ts'
import type { GitHubSetup } from '../../src/github/build-api.ts'
import type { GitHub } from '../../src/github/github.ts'
import type { Outcome } from '../../src/github/outcome.ts'
import type { GitHubProblem } from '../../src/github/problem.ts'
import { startGitHub } from '../support/github/start-github.ts'
import type { GitHubOptions, GitHubStandIn } from '../support/github/start-github.ts'

export type OpenClient = AsyncDisposable & {
  github: GitHub
  standIn: GitHubStandIn
  /** What the client waited for, in milliseconds; the waits themselves are skipped. */
  waitsMs: number[]
  snapshotDirectory: string
}

/** A client over a fresh stand-in, with its own directory; nothing waits in real time. */
export async function openClient(options: GitHubOptions, setup: Partial<GitHubSetup> = {}): Promise<OpenClient> {
  const standIn = await startGitHub(options)
  const snapshotDirectory = await mkdtemp(join(tmpdir(), 'architect-github-'))
  const waitsMs: number[] = []
  const wait = async (ms: number) => void waitsMs.push(ms)
  const github = createGitHub({
    apiUrl: standIn.url,
    auth: { kind: 'none' },
    userAgent: 'architect-test',
    cache: createMemoryCache(),
    snapshotDirectory,
    wait,
    ...setup,
  })
  return {
    github,
    standIn,
    waitsMs,
    snapshotDirectory,
    async [Symbol.asyncDispose]() {
      await standIn[Symbol.asyncDispose]()
      await rm(snapshotDirectory, { recursive: true, force: true })
    },
  }
}

/** The value of an outcome that must have succeeded. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`Unexpected problem: ${outcome.problem.sentence}`)
  return outcome.value
}

/** The problem of an outcome that must have failed. */
export function problemOf(outcome: Outcome<unknown>): GitHubProblem {
  if (outcome.ok) throw new Error('A problem was expected')
  return outcome.problem
}

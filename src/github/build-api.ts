import { setTimeout } from 'node:timers/promises'
import { Recent } from '../lib/recent.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { Api } from './api.ts'
import { Credentials } from './credentials.ts'
import type { GitHubAuth } from './credentials.ts'
import { guardFetch } from './guard-fetch.ts'
import { gitHubHosts } from './hosts.ts'
import type { NameKeeper } from './name-keeper.ts'
import { Requests } from './requests.ts'
import { SnapshotStore } from './snapshot-store.ts'

export type GitHubSetup = {
  apiUrl: string
  auth: GitHubAuth
  userAgent: string
  cache: AnswerCache
  /** Told of every repository that is met, before anything else is done with it. */
  names?: NameKeeper
  /** A directory of this client's own, for downloaded archives. */
  snapshotDirectory: string
  /** Default 2,000,000,000. */
  maxSnapshotBytes?: number
  /** For one answer of the API, default 15,000. */
  timeoutMs?: number
  /** Waits before the two further tries of a read that broke, default 500 and 2,000. */
  backoffMs?: readonly number[]
  now?: () => number
  wait?: (ms: number, signal?: AbortSignal) => Promise<void>
}

const MAX_WAIT_MS = 5000
const TREES_KEPT = 8

/** What reading and writing stand on; throws when the API's address is no URL or an App's private key can't be read. */
export function buildApi(setup: GitHubSetup): Api {
  const { auth, cache, now = Date.now, timeoutMs = 15_000, backoffMs = [500, 2000] } = setup
  const hosts = gitHubHosts(setup.apiUrl)
  const policy = { backoffMs, maxWaitMs: MAX_WAIT_MS }
  const requests = new Requests({ cache, policy, timeoutMs, now, wait: setup.wait ?? sleep })
  const fetch = guardFetch(globalThis.fetch, hosts, timeoutMs)
  const octokit = { baseUrl: hosts.apiUrl, userAgent: setup.userAgent, request: { fetch } }
  const credentials = new Credentials({ auth, requests, octokit, now })
  const snapshots = new SnapshotStore(setup.snapshotDirectory, setup.maxSnapshotBytes ?? 2_000_000_000, now)
  return { hosts, requests, credentials, snapshots, trees: new Recent(TREES_KEPT), names: setup.names }
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, signal && { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

import { findVisibility } from '../../access/visible-repository.ts'
import type { GitHubProblem } from '../../github/problem.ts'
import type { Repository } from '../../github/repository.ts'
import type { Pin } from '../../github/target.ts'
import { forgetSynced, listSynced, rememberSynced } from '../import-decisions.ts'
import type { SyncedFile } from '../madr/plan-sync.ts'
import { fromMadr } from '../madr/read-madr.ts'
import { readDecisionFiles } from '../read-decision-files.ts'
import type { ExchangeDeps, ExchangePlace } from './exchange-deps.ts'
import { type Exported, listExported } from './export-notes.ts'
import { findAgreed } from './find-agreed.ts'

/** A repository's decision files at one commit, and what is known of them here. */
export interface Sides {
  /** Under the repository's present name. */
  place: ExchangePlace
  repository: Repository
  pin: Pin
  folder: string
  /** By path; empty text for a file that could not be read. */
  files: ReadonlyMap<string, string>
  unread: { path: string; problem: GitHubProblem }[]
  synced: SyncedFile[]
  exported: Exported
}

/**
 * Reads both sides, at the default branch's head unless a commit is named, and remembers what was merged since the last
 * time. One sentence when this audience may not see the repository or it cannot be read.
 */
export async function readSides(
  { store, github, now, signal }: ExchangeDeps,
  place: ExchangePlace,
  sha?: string,
): Promise<Sides | string> {
  const [owner = '', name = ''] = place.repository.split('/')
  const host = new URL(github.hosts.webOrigin).host
  const seen = await findVisibility(github, { kind: 'repository', host, owner, name }, place.code, signal)
  if (seen.kind === 'hidden') return seen.sentence
  const head = await github.resolveHead({ owner, name }, { signal })
  if (!head.ok) return head.problem.sentence
  // Between the two questions it may have become another one.
  if (seen.kind !== 'visible' || !isSame(seen.repository, head.value.repository))
    return `GitHub cannot say now who may see ${place.repository}. Try again in a minute.`
  const { repository, pin } = head.value
  const at = { ...pin, sha: sha ?? pin.sha }
  const read = await readDecisionFiles(github, at, signal)
  if (!read.ok) return read.problem.sentence
  const { folder, unread } = read.value
  const files = new Map([...unread.map(({ path }): [string, string] => [path, '']), ...read.value.files])
  const present = { ...place, repository: `${repository.owner}/${repository.name}`.toLowerCase() }
  const where = { teamId: place.audience.teamId, repository: present.repository }
  const before = await listSynced(store, where.teamId, where.repository)
  const exported = await listExported(store, where.teamId, listIds(files, before))
  const { remember, forget } = findAgreed(files, before, exported)
  if (remember.length > 0) await rememberSynced(store, where, remember, now())
  await forgetSynced(store, where, forget)
  const synced = remember.length === 0 ? before : await listSynced(store, where.teamId, where.repository)
  return { place: present, repository, pin: at, folder, files, unread, synced, exported }
}

function isSame(a: Repository, b: Repository): boolean {
  return a.id === b.id && a.private === b.private
}

/** Every decision that files name or are known to be. */
export function listIds(files: ReadonlyMap<string, string>, synced: readonly SyncedFile[]): string[] {
  const named = [...files].flatMap(([path, text]) => fromMadr(text, path)?.id ?? [])
  return [...new Set([...named, ...synced.map(({ decisionId }) => decisionId)])]
}

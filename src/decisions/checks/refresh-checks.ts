import { and, eq } from 'drizzle-orm'
import type { Store } from '../../db/open-store.ts'
import { decisions } from '../../db/schema.ts'
import { fromRow } from '../decision-row.ts'
import type { Decision } from '../decision.ts'
import { checkDecisions, type GoverningDecision } from './check-decisions.ts'
import { toGoverning } from './governing.ts'
import type { ReadCode } from './read-code.ts'
import { type ChangeHistory, readChecks, recordChecks } from './record-checks.ts'

/** The default branches of repositories, as far as a channel may see them. */
export interface CheckedCode {
  /** Its head now; why it cannot be read, in a few words. */
  findHead(repository: string): Promise<{ sha: string } | { unreadable: string }>
  read(repository: string, sha: string): Promise<ReadCode | { unreadable: string }>
}

export interface RefreshDeps {
  store: Store
  code: CheckedCode
  history: ChangeHistory
  now: () => number
}

/** At most so many repositories are read for one channel. */
const mostRepositories = 3

/**
 * Checks a channel's accepted decisions against the default branches they are about: their own repository, else those
 * linked to the channel. A branch that has not moved since it was last checked is not read again.
 */
export async function refreshChecks(
  deps: RefreshDeps,
  channel: { teamId: string; channelId: string },
  linked: readonly string[],
): Promise<void> {
  const governing = (await readAccepted(deps.store, channel)).map((decision) => toGoverning(decision, linked))
  const withChecks = governing.filter(({ checks }) => checks.length > 0)
  const repositories = [...new Set(withChecks.flatMap((decision) => decision.repositories))]
  for (const repository of repositories.slice(0, mostRepositories))
    await refreshOne(deps, channel.teamId, withChecks, repository)
}

async function refreshOne(
  deps: RefreshDeps,
  teamId: string,
  governing: readonly GoverningDecision[],
  repository: string,
): Promise<void> {
  const own = governing.filter(({ repositories }) => repositories.includes(repository))
  const head = await deps.code.findHead(repository)
  if ('sha' in head && (await isKnown(deps.store, teamId, own, repository, head.sha))) return
  const read = 'sha' in head ? await deps.code.read(repository, head.sha) : head
  const sha = 'sha' in head ? head.sha : ''
  await recordChecks(deps, teamId, checkDecisions(own, { repository, sha, read }))
}

/** Whether every check of these decisions ran at this commit. */
async function isKnown(
  store: Store,
  teamId: string,
  own: readonly GoverningDecision[],
  repository: string,
  sha: string,
): Promise<boolean> {
  const ids = own.map(({ id }) => id)
  const rows = (await readChecks(store, teamId, ids)).filter((row) => row.repository === repository && row.sha === sha)
  const done = new Set(rows.map(({ decisionId, assertion }) => `${decisionId} ${assertion}`))
  return own.every(({ id, checks }) => checks.every((check) => done.has(`${id} ${String(check)}`)))
}

async function readAccepted(
  store: Store,
  { teamId, channelId }: { teamId: string; channelId: string },
): Promise<Decision[]> {
  const isOwn = and(eq(decisions.teamId, teamId), eq(decisions.channelId, channelId), eq(decisions.status, 'accepted'))
  return (await store.read.select().from(decisions).where(isOwn)).map(fromRow)
}

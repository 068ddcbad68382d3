import { and, eq } from 'drizzle-orm'
import type { Store } from '../../db/open-store.ts'
import { decisions } from '../../db/schema.ts'
import { fromRow } from '../decision-row.ts'
import type { Decision } from '../decision.ts'
import { checkDecisions, type GoverningDecision } from './check-decisions.ts'
import type { CheckRow } from './check-row.ts'
import { toGoverning } from './governing.ts'
import type { ReadCode } from './read-code.ts'
import { type ChangeHistory, forgetChecks, markChecked, readChecks, recordChecks } from './record-checks.ts'
import { writeCheck } from './write-check.ts'

/** The default branches of repositories, as far as a channel may see them. */
export interface CheckedCode {
  /** Its head now; or why it cannot be read, in a few words; or that what is kept goes by another name of it by now. */
  findHead(repository: string): Promise<{ sha: string } | { unreadable: string } | { renamed: true }>
  read(repository: string, sha: string): Promise<ReadCode | { unreadable: string }>
}

export interface RefreshDeps {
  store: Store
  code: CheckedCode
  history: ChangeHistory
  now: () => number
}

/** At most so many repositories are looked at for one channel at a time. */
const mostRepositories = 3

/**
 * Checks a channel's accepted decisions against the default branches they are about: their own repository, else those
 * linked to the channel, those first that were not looked at for longest. A branch that has not moved since it was last
 * checked is not read again. What was kept of other repositories and of checks that are no more is forgotten. A renamed
 * repository makes it begin anew.
 */
export async function refreshChecks(
  deps: RefreshDeps,
  channel: { teamId: string; channelId: string },
  listLinked: () => Promise<readonly string[]>,
): Promise<void> {
  const linked = await listLinked()
  const governing = (await readAccepted(deps.store, channel)).map((decision) => toGoverning(decision, linked))
  const withChecks = governing.filter(({ checks }) => checks.length > 0)
  const ids = governing.map(({ id }) => id)
  const rows = await readChecks(deps.store, channel.teamId, ids)
  await forgetChecks(
    deps.store,
    rows.filter((row) => !governing.some((decision) => isCheckOf(row, decision))),
  )
  const repositories = [...new Set(withChecks.flatMap((decision) => decision.repositories))]
  const lastAt = (repository: string) =>
    Math.max(0, ...rows.filter((row) => row.repository === repository).map(({ checkedAt }) => checkedAt))
  const longestFirst = repositories.toSorted((a, b) => lastAt(a) - lastAt(b))
  for (const repository of longestFirst.slice(0, mostRepositories))
    if ((await refreshOne(deps, channel.teamId, withChecks, repository)) === 'renamed')
      return refreshChecks(deps, channel, listLinked)
}

function isCheckOf({ decisionId, repository, assertion }: CheckRow, decision: GoverningDecision): boolean {
  const { id, repositories, checks } = decision
  return id === decisionId && repositories.includes(repository) && checks.some((each) => writeCheck(each) === assertion)
}

async function refreshOne(
  deps: RefreshDeps,
  teamId: string,
  governing: readonly GoverningDecision[],
  repository: string,
): Promise<'done' | 'renamed'> {
  const own = governing.filter(({ repositories }) => repositories.includes(repository))
  const head = await deps.code.findHead(repository)
  if ('renamed' in head) return 'renamed'
  if ('sha' in head && (await isKnown(deps, teamId, own, repository, head.sha))) return 'done'
  const read = 'sha' in head ? await deps.code.read(repository, head.sha) : head
  const sha = 'sha' in head ? head.sha : ''
  await recordChecks(deps, teamId, checkDecisions(own, { repository, sha, read }))
  return 'done'
}

/** Whether every check of these decisions ran at this commit; then it counts as looked at now. */
async function isKnown(
  { store, now }: RefreshDeps,
  teamId: string,
  own: readonly GoverningDecision[],
  repository: string,
  sha: string,
): Promise<boolean> {
  const ids = own.map(({ id }) => id)
  const rows = (await readChecks(store, teamId, ids)).filter((row) => row.repository === repository && row.sha === sha)
  const done = new Set(rows.map(({ decisionId, assertion }) => `${decisionId} ${assertion}`))
  const isDone = own.every(({ id, checks }) => checks.every((check) => done.has(`${id} ${writeCheck(check)}`)))
  if (isDone) await markChecked(store, rows, now())
  return isDone
}

async function readAccepted(
  store: Store,
  { teamId, channelId }: { teamId: string; channelId: string },
): Promise<Decision[]> {
  const isOwn = and(eq(decisions.teamId, teamId), eq(decisions.channelId, channelId), eq(decisions.status, 'accepted'))
  return (await store.read.select().from(decisions).where(isOwn)).map(fromRow)
}

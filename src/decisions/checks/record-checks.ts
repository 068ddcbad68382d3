import { and, eq, inArray, notInArray } from 'drizzle-orm'
import type { Store } from '../../db/open-store.ts'
import { decisionChecks, type Introduction } from '../../db/schema.ts'
import type { DecisionResult } from './check-decisions.ts'
import { type CheckRow, hasJustBroken, nextRow } from './check-row.ts'

/** Where the program asks which change broke something; undefined when that is not certain or cannot be found out. */
export interface ChangeHistory {
  findIntroduction(question: IntroductionQuestion): Promise<Introduction | undefined>
}

export interface IntroductionQuestion {
  repository: string
  /** The last commit known to be good, and the one known to be bad. */
  good: string
  bad: string
  path: string
  /** The line that is wrong; empty when it is not about one. */
  quote: string
}

/** Each costs a few requests; what is left over is said without its change. */
const questionsAtATime = 5

/**
 * Keeps what checks came to at the head of a repository's default branch, and asks which change broke what has just
 * broken. Results of other branches and pull requests must not be recorded: they are no drift yet.
 */
export async function recordChecks(
  { store, history, now }: { store: Store; history: ChangeHistory; now: () => number },
  teamId: string,
  results: readonly DecisionResult[],
): Promise<CheckRow[]> {
  const ids = results.map(({ decisionId }) => decisionId)
  const previous = await readChecks(store, teamId, ids)
  const rows = results.flatMap((result) =>
    result.checks.map((check) => {
      const known = previous.find(
        (row) =>
          row.decisionId === result.decisionId &&
          row.repository === result.repository &&
          row.assertion === check.assertion,
      )
      return nextRow(known, check, { ...result, teamId, checkedAt: now() })
    }),
  )
  const broken = rows.filter(hasJustBroken).slice(0, questionsAtATime)
  for (const row of broken) row.introduced = (await history.findIntroduction(questionAbout(row))) ?? null
  await saveChecks(store, rows)
  return rows
}

/** What the checks of decisions last came to. */
export async function readChecks(store: Store, teamId: string, decisionIds: readonly string[]): Promise<CheckRow[]> {
  const isAsked = inArray(decisionChecks.decisionId, [...decisionIds])
  return store.read
    .select()
    .from(decisionChecks)
    .where(and(eq(decisionChecks.teamId, teamId), isAsked))
}

/** Keeps nothing of these checks any more. */
export function forgetChecks(store: Store, rows: readonly CheckRow[]): Promise<void> {
  return store.write(async (tx) => {
    for (const row of rows)
      await tx.delete(decisionChecks).where(and(isOf(row), eq(decisionChecks.assertion, row.assertion)))
  })
}

/** Notes when these checks were last known to stand as they are kept, ms. */
export function markChecked(store: Store, rows: readonly CheckRow[], checkedAt: number): Promise<void> {
  return store.write(async (tx) => {
    for (const row of rows)
      await tx
        .update(decisionChecks)
        .set({ checkedAt })
        .where(and(isOf(row), eq(decisionChecks.assertion, row.assertion)))
  })
}

/** Checks a decision no longer has are forgotten; what its thread was told meanwhile stays. */
async function saveChecks(store: Store, rows: readonly CheckRow[]): Promise<void> {
  const groups = Map.groupBy(rows, ({ decisionId, repository }) => `${decisionId} ${repository}`)
  await store.write(async (tx) => {
    for (const group of groups.values()) {
      const [first] = group
      if (!first) continue
      const kept = group.map(({ assertion }) => assertion)
      await tx.delete(decisionChecks).where(and(isOf(first), notInArray(decisionChecks.assertion, kept)))
      for (const { told, telling, ...row } of group)
        await tx
          .insert(decisionChecks)
          .values({ ...row, told, telling })
          .onConflictDoUpdate({
            target: [decisionChecks.decisionId, decisionChecks.assertion, decisionChecks.repository],
            set: row,
          })
    }
  })
}

function isOf({ decisionId, repository }: { decisionId: string; repository: string }) {
  return and(eq(decisionChecks.decisionId, decisionId), eq(decisionChecks.repository, repository))
}

function questionAbout(row: CheckRow & { heldAt: string }): IntroductionQuestion {
  const [place] = row.places
  return {
    repository: row.repository,
    good: row.heldAt,
    bad: row.sha,
    path: place?.path ?? '',
    quote: place?.quote ?? '',
  }
}

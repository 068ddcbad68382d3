import type { Store } from '../../db/open-store.ts'
import type { Audience } from '../audience.ts'
import { type Decision, nameDecision } from '../decision.ts'
import { listGoverning, listPublicChannels } from '../store.ts'
import { checkDecisions, type DecisionResult } from './check-decisions.ts'
import type { CheckRow } from './check-row.ts'
import { toGoverning } from './governing.ts'
import { matchGlobs } from './path-globs.ts'
import type { ReadCode } from './read-code.ts'
import { type ChangeHistory, readChecks, recordChecks } from './record-checks.ts'
import { describeOutcome, type ReviewedCheck } from './reviewed-check.ts'

export interface ReviewCheckDeps {
  store: Store
  history: ChangeHistory
  /** The repositories that decisions of a channel are about when they name none, as `owner/name`. */
  listRepositories: (channel: { teamId: string; channelId: string }) => Promise<readonly string[]>
  /** Whether what was read may be said in another channel as well. */
  mayHear: (channel: { teamId: string; channelId: string }) => Promise<boolean>
  now: () => number
}

/** What was read for a review, and who reads that. */
export interface ReviewedCode {
  audience: Audience
  repository: string
  sha: string
  /** The head of the default branch, read whole: only what is found there is kept. */
  isHead: boolean
  /** The folder or file that was asked for; empty for all of it. */
  path: string
  head: ReadCode
  /** Before a change. */
  base: ReadCode | undefined
}

/** A decision of which a review may speak. */
export interface DecisionOfReview {
  name: string
  title: string
  /** Where it was made, when the whole audience can open it. */
  url: string | undefined
  checks: ReviewedCheck[]
}

/** Checks the accepted decisions that govern what was read and that all of the audience may read, by number. */
export async function checkForReview(deps: ReviewCheckDeps, code: ReviewedCode): Promise<DecisionOfReview[]> {
  const decisions = await findGoverning(deps, code)
  if (decisions.length === 0) return []
  const repository = code.repository.toLowerCase()
  const governing = decisions.map((decision) => toGoverning(decision, [repository]))
  const results = checkDecisions(governing, { repository, sha: code.sha, read: code.head })
  const before = code.base && checkDecisions(governing, { repository, sha: '', read: code.base })
  const rows = code.isHead ? await keep(deps, decisions, results) : []
  const known = rows.length > 0 ? rows : await findKnown(deps, code, results)
  const open = await listPublicChannels(deps.store, code.audience.teamId)
  return results.map((result) => {
    const decision = decisions.find(({ id }) => id === result.decisionId)
    const isOpen = decision?.channelId === code.audience.channelId || open.has(decision?.channelId ?? '')
    return {
      name: nameDecision(result),
      title: result.title,
      url: isOpen ? decision?.threadLink : undefined,
      checks: result.checks.map((check, index) =>
        describeOutcome(check, {
          row: known.find(
            (row) => row.decisionId === result.decisionId && row.assertion === check.assertion && row.sha === code.sha,
          ),
          before: before?.find(({ decisionId }) => decisionId === result.decisionId)?.checks[index]?.outcome,
        }),
      ),
    }
  })
}

/** Those with checks that are about this repository and, where only a part was asked for, about something in it. */
async function findGoverning({ store, listRepositories }: ReviewCheckDeps, code: ReviewedCode): Promise<Decision[]> {
  const repository = code.repository.toLowerCase()
  const decisions = await listGoverning(store, code.audience, repository)
  const found: Decision[] = []
  for (const decision of decisions.filter(({ checks }) => checks.length > 0)) {
    const isAbout = decision.body.repository !== undefined || (await listRepositories(decision)).includes(repository)
    if (isAbout && isAboutPart(decision, code)) found.push(decision)
  }
  return found
}

function isAboutPart({ body: { affects } }: Decision, { path, head }: ReviewedCode): boolean {
  if (affects.paths.length === 0 || path === '') return true
  const isMeant = matchGlobs(affects.paths)
  return [...head.texts.keys()].some((file) => (file === path || file.startsWith(`${path}/`)) && isMeant(file))
}

/** A decision whose channel may not hear of this code has nothing kept about it, so that nothing is told there. */
async function keep(
  deps: ReviewCheckDeps,
  decisions: readonly Decision[],
  results: readonly DecisionResult[],
): Promise<CheckRow[]> {
  const mayHear = new Set<string>()
  for (const decision of decisions) if (await deps.mayHear(decision)) mayHear.add(decision.id)
  const teamId = decisions[0]?.teamId ?? ''
  const heard = results.filter(({ decisionId }) => mayHear.has(decisionId))
  return heard.length > 0 ? recordChecks(deps, teamId, heard) : []
}

async function findKnown(
  { store }: ReviewCheckDeps,
  { audience, repository, base }: ReviewedCode,
  results: readonly DecisionResult[],
): Promise<CheckRow[]> {
  const ids = results.map(({ decisionId }) => decisionId)
  // What is known is about the default branch, not about a change to it.
  const rows = base ? [] : await readChecks(store, audience.teamId, ids)
  return rows.filter((row) => row.repository === repository.toLowerCase())
}

import { evaluate } from './evaluate.ts'
import { type CheckOutcome, unknown } from './outcome.ts'
import { parseAssertion } from './parse-assertion.ts'
import { matchGlobs } from './path-globs.ts'
import type { ReadCode } from './read-code.ts'
import { writeCheck } from './write-check.ts'

/** A decision as far as checks need it. */
export interface GoverningDecision {
  id: string
  number: number | undefined
  title: string
  status: string
  /** `owner/name` of the repositories it is about: its own, or those linked to the channel it was made in. */
  repositories: readonly string[]
  /** Globs of the paths it is about; none for all. */
  paths: readonly string[]
  checks: readonly unknown[]
}

/** A repository at a commit: what was read of it, or why nothing was. */
export interface CheckedCommit {
  repository: string
  sha: string
  read: ReadCode | { unreadable: string }
}

/** What became of one check, by the line that people wrote. */
export interface CheckResult {
  assertion: string
  outcome: CheckOutcome
}

/** What became of a decision's checks at a commit. */
export interface DecisionResult {
  decisionId: string
  number: number | undefined
  title: string
  repository: string
  sha: string
  checks: readonly CheckResult[]
}

/** Checks the accepted decisions that govern what was read, in their order; those without checks are left out. */
export function checkDecisions(decisions: readonly GoverningDecision[], commit: CheckedCommit): DecisionResult[] {
  return decisions
    .filter((decision) => decision.checks.length > 0 && governs(decision, commit))
    .map(({ id, number, title, checks }) => ({
      decisionId: id,
      number,
      title,
      repository: commit.repository,
      sha: commit.sha,
      checks: checks.map((check) => checkOne(check, commit.read)),
    }))
}

/** Whether an accepted decision is about a repository, and where only a folder was read, about something in it. */
function governs(decision: Omit<GoverningDecision, 'checks'>, { repository, read }: CheckedCommit): boolean {
  const isAbout = decision.repositories.some((name) => name.toLowerCase() === repository.toLowerCase())
  if (decision.status !== 'accepted' || !isAbout) return false
  if (decision.paths.length === 0 || 'unreadable' in read || !read.folder) return true
  return [...read.texts.keys()].some(matchGlobs(decision.paths))
}

function checkOne(check: unknown, read: CheckedCommit['read']): CheckResult {
  const assertion = writeCheck(check)
  const parsed = parseAssertion(assertion)
  if (!parsed.ok) return { assertion, outcome: unknown(parsed.sentence) }
  if ('unreadable' in read) return { assertion, outcome: unknown(read.unreadable) }
  return { assertion, outcome: evaluate(parsed.assertion, read) }
}

/** Broken when any check is, else unknown when any is, else holding. */
export function stateOf({ checks }: Pick<DecisionResult, 'checks'>): CheckOutcome['outcome'] {
  const outcomes = checks.map(({ outcome }) => outcome.outcome)
  if (outcomes.includes('broken')) return 'broken'
  return outcomes.includes('unknown') ? 'unknown' : 'holds'
}

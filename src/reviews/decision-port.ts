import type { CodeFacts } from '../evidence/report/code-facts.ts'

/** Code at a commit as decisions are checked against it; paths are relative to the root of the repository. */
export interface CodeRead {
  texts: ReadonlyMap<string, string>
  facts: CodeFacts
  /** Every path of the commit; missing when only some were listed. */
  paths?: ReadonlySet<string>
}

/** What a decision's check came to. */
export interface DecisionCheck {
  /** The line that people wrote. */
  assertion: string
  outcome: 'holds' | 'broken' | 'unknown'
  /** Why it is unknown. */
  reason: string | undefined
  /** The first places that break it; one without a line is a whole file, which may be missing. */
  places: readonly { path: string; line?: number; quote: string; says: string }[]
  /** How many places there are. */
  total: number
  /** The first commit of the default branch at which it was seen broken. */
  since: string | undefined
  introduced: { sha: string; pull?: number } | undefined
  /** Of a change: whether it was broken before; undefined when that is not known. */
  before: boolean | undefined
}

/** A decision that governs the code, with at least one check. */
export interface CheckedDecision {
  /** ADR-12, or the file that holds it. */
  name: string
  title: string
  /** Where it was made, when everybody who reads the review can open it. */
  url: string | undefined
  checks: readonly DecisionCheck[]
}

/** Which decisions to check, and for whom. */
export interface DecisionQuestion {
  teamId: string
  /** Where the review is read: what not all of it may know is left out. */
  channelId: string
  /** `owner/name`. */
  repository: string
  private: boolean
  sha: string
  /** Whether this is the head of the default branch and all of it was read: only then what is found is kept and told. */
  isHead: boolean
  /** The folder or file that was asked for; empty for all of it. */
  path: string
  head: CodeRead
  /** Before a change. */
  base: CodeRead | undefined
}

/** Checks the accepted decisions that govern code; undefined when that failed. Never throws. */
export type CheckDecisions = (question: DecisionQuestion) => Promise<readonly CheckedDecision[] | undefined>

import type { Assertion, DecisionBody, DecisionStatus } from '../decision.ts'

/** A dated note under a decision, as a file tells it; `date` is YYYY-MM-DD, `by` a name. */
export interface FileAmendment {
  date: string
  by: string
  text: string
}

/** What a decision's file says. People are names here, dates YYYY-MM-DD, references as the file writes them. */
export interface MadrRecord {
  /** The file's own number, by which its repository knows it. */
  number: number | undefined
  /** None when the file names none, or one we do not know; then `statusNote` holds its words. */
  status: DecisionStatus | undefined
  /** What stands beside the status. */
  statusNote: string
  date: string | undefined
  reviewBy: string | undefined
  body: DecisionBody
  supersedes: string[]
  supersededBy: string | undefined
  checks: Assertion[]
  amendments: FileAmendment[]
  reason: string | undefined
  thread: string | undefined
  /** Our own id, when we wrote the file. */
  id: string | undefined
  /** Front matter and header fields we do not know, kept as they are. */
  otherFields: Record<string, unknown>
}

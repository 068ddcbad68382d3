import type { Effort } from '../../claude/model.ts'
import type { ReviewArea } from '../review.ts'

export type PaidDepth = 'standard' | 'deep'

export interface NarrativeCall {
  readonly id: string
  readonly areas: readonly ReviewArea[]
}

export interface NarrativePlan {
  /** In order, worst harm first, so that a review which ends early has said what matters most. */
  readonly calls: readonly NarrativeCall[]
  /** Tokens of code that the model reads; with facts and answers it fits a context of 200,000, counted with care. */
  readonly readTokens: number
  /** Of a change: how much of them may go to files that it does not touch. */
  readonly besideTokens: number
  /** No file takes more of them than this; longer ones are read in part. */
  readonly fileTokens: number
  /** The most that one call may answer, thinking included; see `answerTokensFor`. */
  readonly maxAnswerTokens: number
  readonly effort: Effort
}

/** Of the one call that repairs what the checks refused, thinking included. */
export const maxRepairTokens = 8000

/**
 * Every call reads the same cached code at a tenth of its price, so a call costs what it writes and thinks. Standard
 * groups areas that look at the same lines, which halves the thinking; deep gives each area its own attention.
 */
export const narrativePlans: Readonly<Record<PaidDepth, NarrativePlan>> = {
  standard: {
    calls: [
      { id: 'security', areas: ['security'] },
      { id: 'requests', areas: ['errors', 'validation', 'api'] },
      { id: 'data', areas: ['database', 'caching', 'scalability'] },
      { id: 'structure', areas: ['organisation', 'dependencies'] },
    ],
    readTokens: 60_000,
    besideTokens: 15_000,
    fileTokens: 12_000,
    maxAnswerTokens: 14_000,
    effort: 'medium',
  },
  deep: {
    calls: [
      { id: 'security', areas: ['security'] },
      { id: 'errors', areas: ['errors', 'validation'] },
      { id: 'database', areas: ['database'] },
      { id: 'scalability', areas: ['scalability'] },
      { id: 'caching', areas: ['caching'] },
      { id: 'api', areas: ['api'] },
      { id: 'production', areas: ['production'] },
      { id: 'testing', areas: ['testing'] },
      { id: 'dependencies', areas: ['dependencies'] },
      { id: 'organisation', areas: ['organisation'] },
    ],
    readTokens: 120_000,
    besideTokens: 40_000,
    fileTokens: 24_000,
    maxAnswerTokens: 18_000,
    effort: 'high',
  },
}

/** How much one call may answer about that much code, thinking included: little code has little to be said about it. */
export function answerTokensFor({ maxAnswerTokens }: NarrativePlan, readTokens: number): number {
  return Math.min(maxAnswerTokens, 9000 + Math.ceil(readTokens / 5))
}

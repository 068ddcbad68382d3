import type { Standing } from '../access/standing.ts'
import type { ReviewWish } from './reviewer.ts'
import { refusals } from './sentences.ts'

/** What is known when a turn begins. */
export interface TurnFacts {
  /** What those who ask are to the workspace; nobody, when what they asked was deleted a moment ago. */
  askers: readonly Standing[]
  hasModel: boolean
  leftTodayUsd: number
  /** Set when the messages ask for a review. */
  review: ReviewWish | undefined
  /** What is to be recorded as a decision, when the messages ask for that. */
  record: string | undefined
}

export type TurnPlan =
  | { act: 'answer'; using: 'model' }
  | { act: 'answer'; using: 'facts'; because: 'no-key' | 'budget' }
  | { act: 'review'; wish: ReviewWish }
  | { act: 'record'; wish: string }
  | { act: 'refuse'; sentence: string }

/** Decides what a turn does: answer with the model or from facts alone, or refuse in one sentence. What a review or a record may cost is its own plan. */
export function planTurn(facts: TurnFacts): TurnPlan {
  if (facts.askers.length === 0) return { act: 'refuse', sentence: refusals.questionGone }
  if (facts.askers.every((asker) => asker === 'foreign')) return { act: 'refuse', sentence: refusals.foreignAuthor }
  if (facts.review) return { act: 'review', wish: facts.review }
  if (facts.record !== undefined) return { act: 'record', wish: facts.record }
  if (!facts.hasModel) return { act: 'answer', using: 'facts', because: 'no-key' }
  if (facts.leftTodayUsd <= 0) return { act: 'answer', using: 'facts', because: 'budget' }
  return { act: 'answer', using: 'model' }
}

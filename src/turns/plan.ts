import type { ReviewWish } from './reviewer.ts'
import { refusals } from './sentences.ts'

/** What is known when a turn begins. */
export interface TurnFacts {
  messages: readonly { mentioned: boolean; foreignAuthor: boolean }[]
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
  | { act: 'silent' }
  | { act: 'refuse'; sentence: string }

/** Decides what a turn does: answer with the model or from facts alone, stay silent, or refuse in one sentence. What a review or a record may cost is its own plan. */
export function planTurn(facts: TurnFacts): TurnPlan {
  if (facts.messages.length === 0) return { act: 'silent' }
  if (facts.messages.every((message) => message.foreignAuthor))
    return facts.messages.some((message) => message.mentioned)
      ? { act: 'refuse', sentence: refusals.foreignAuthor }
      : { act: 'silent' }
  if (facts.review) return { act: 'review', wish: facts.review }
  if (facts.record !== undefined) return { act: 'record', wish: facts.record }
  if (!facts.hasModel) return { act: 'answer', using: 'facts', because: 'no-key' }
  if (facts.leftTodayUsd <= 0) return { act: 'answer', using: 'facts', because: 'budget' }
  return { act: 'answer', using: 'model' }
}

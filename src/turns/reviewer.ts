import type { Usage } from '../claude/usage.ts'
import type { TurnPart, TurnSource } from '../db/schema.ts'
import type { ThreadAddress } from './inbound.ts'
import type { AnswerFile } from './voice.ts'

/** What somebody wants reviewed: by words in a message, or by a button or command that has stored it already. */
export type ReviewWish = { kind: 'words'; text: string } | { kind: 'stored'; reviewId: string }

export interface ReviewRequest {
  wish: ReviewWish
  thread: ThreadAddress
  /** A restart asks with the same one, and is given what is done already. */
  turnId: string
  askerId: string
  channel: { kind: 'public' | 'private' | 'direct'; shared: boolean }
}

/** What a review came to, ready to be said. */
export interface ReviewAnswer {
  outcome: 'answered' | 'facts' | 'stopped' | 'failed' | 'refused'
  answer: string
  notice?: string
  parts: TurnPart[]
  sources: TurnSource[]
  leftOut: string[]
  /** Set when there is a report with files. */
  reviewId?: string
}

export interface ReviewProgress {
  /** What is being done now, one step a line. */
  status: (text: string) => void
  /** Keeps what a finished model call used; it is stored when the promise resolves. */
  noteUsage: (model: string, usage: Usage) => Promise<void>
}

/** What a turn needs of the feature that reviews. */
export interface Reviewer {
  /** Whether a message asks for a review of code, not for an answer. */
  isWish(text: string): boolean
  /** Reviews, or says what it would cost. An abort ends it with what is verified so far; expected failures are sentences. */
  answer(request: ReviewRequest, progress: ReviewProgress, signal: AbortSignal): Promise<ReviewAnswer>
  /** Why a review that is done must not be said in its channel now, in one sentence; asked right before it is said. */
  refusal(reviewId: string): Promise<string | undefined>
  /** The files of a review that is done; none where its channel may not read them. */
  files(reviewId: string): Promise<AnswerFile[]>
  /** What reviews of a thread came to, in Markdown, for questions about them; undefined when there was none. */
  recall(thread: ThreadAddress): Promise<string | undefined>
}

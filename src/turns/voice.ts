import type { TurnPart, TurnSource } from '../db/schema.ts'
import type { ThreadAddress } from './inbound.ts'

/** Thrown when nothing can ever be said in a thread, such as in a deleted channel; the message names the reason. */
export class CannotSpeakError extends Error {
  override name = 'CannotSpeakError'
}

/** Thrown when Slack is away or asks to wait: the same words can be said later, and nothing is wrong with them. */
export class NotNowError extends Error {
  override name = 'NotNowError'
}

/** What the feature needs of whoever speaks for it in Slack. */
export interface Voice {
  /** Shows that work has begun, and finds what an earlier attempt has said, so that it is continued and not repeated. */
  open(request: SpeechRequest): Promise<Speech>
}

export interface SpeechRequest extends ThreadAddress {
  runId: string
  askerId: string
  /** What a direct conversation is about, when this is its first answer. */
  title: string | undefined
  /** Messages that already carry this answer, oldest first. */
  earlier: readonly string[]
  /** Set when an earlier attempt may have said something that is not in `earlier`: when, in ms. */
  mayHaveSpokenSince: number | undefined
  /** Messages of ours in the thread that belong to other answers. */
  others: readonly string[]
  /** People who may be named; any other id in an answer becomes plain text. */
  knownUserIds(): readonly string[]
  /** Addresses seen in the thread or read for the answer; links to other hosts may carry no data. */
  seenUrls(): readonly string[]
  /** True for work of many steps: its status is shown as a message that the answer then replaces, and nothing is streamed. */
  showsSteps: boolean
  /** Whether the turn is still this worker's. */
  isHeld(): Promise<boolean>
  /** Called before every call that speaks; throws when this worker may not speak any more. */
  beforeSaying(): Promise<void>
  /** Called after it, with the message that now carries part of the answer when there is a new one; false when that one must be taken back. */
  said(ts?: string): Promise<boolean>
  /** Called when Slack says that a person stopped the answer. */
  stopped(): void
}

export interface Speech {
  /** Shows what is being done right now. Never throws and never counts as speaking. */
  status(text: string): void
  /** Says one complete Markdown block. */
  append(markdown: string): Promise<void>
  /** Ends the answer once all its blocks were appended, or says it whole when none was; resolves with the message that carries the answer. */
  finish(ending: SpeechEnding): Promise<string>
  /** Puts files under a finished answer; false when Slack refuses them. */
  attach(files: readonly AnswerFile[]): Promise<boolean>
  /** Leaves without a last word: clears the status. */
  leave(): Promise<void>
}

export interface AnswerFile {
  name: string
  title: string
  content: Buffer
}

export interface SpeechEnding {
  /** The whole answer in Markdown. */
  answer: string
  /** What follows it in messages of its own. */
  parts?: readonly TurnPart[] | undefined
  /** One sentence about how it ended, when that needs saying. */
  notice?: string | undefined
  offerRetry: boolean
  /** False for an answer nobody can rate, such as a refusal. */
  askFeedback: boolean
  footer: SpeechFooter
}

export interface SpeechFooter {
  sources: readonly TurnSource[]
  leftOut: readonly string[]
  /** Undefined when no model took part. */
  model?: { name: string; tokens: number; costUsd: number | undefined } | undefined
}

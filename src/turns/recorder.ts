import type { Payer } from '../claude/payer.ts'
import type { Usage } from '../claude/usage.ts'
import type { TurnPart } from '../db/schema.ts'
import type { ThreadAddress } from './inbound.ts'

/** A message of the thread that a record is drafted from. */
export interface RecordedMessage {
  ts: string
  authorId: string
  authorName: string
  /** Written by Architect itself. */
  fromArchitect: boolean
  text: string
  /** Permanent link. */
  link: string
}

export interface RecordedLine {
  /** `path:line` */
  place: string
  text: string
  link: string
}

export interface RecordRequest {
  thread: ThreadAddress
  /** A restart asks with the same one, and suggests nothing twice. */
  turnId: string
  /** What was said beyond asking, such as a title. */
  wish: string
  messages: readonly RecordedMessage[]
  /** Lines of code that the thread links to. */
  code: readonly RecordedLine[]
  payer: Payer
}

/** What to say of the records that were drafted; nothing of them is stored as a decision. */
export interface RecordAnswer {
  outcome: 'answered' | 'facts' | 'failed'
  answer: string
  parts: TurnPart[]
}

/** What a turn needs of the feature that keeps decisions. */
export interface Recorder {
  /** What somebody wants recorded beyond "this"; undefined when a message asks for something else. */
  readWish(text: string): string | undefined
  /** Drafts what the thread decided. Failures of the model become a form to fill in. */
  draft(
    request: RecordRequest,
    noteUsage: (model: string, usage: Usage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<RecordAnswer>
}

import type { CheckPlace, DigestCounts, Introduction } from '../../db/schema.ts'

/** A decision as a digest names it. */
export interface NamedDecision {
  /** ADR-12. */
  name: string
  /** What it says in one line. */
  says: string
  title: string
  /** The message it was recorded from, when everybody in the channel can open it. */
  link: string | undefined
}

export type ActionItem =
  | { kind: 'drift'; decision: NamedDecision; drift: Drift }
  | { kind: 'unchecked'; decision: NamedDecision; repository: string; reason: string }
  | { kind: 'review'; decision: NamedDecision; dueAt: number; owners: readonly string[] }
  | { kind: 'proposed'; decision: NamedDecision; days: number; owners: readonly string[] }
  | { kind: 'exception'; exception: EndedException }

export interface Drift {
  repository: string
  places: readonly CheckPlace[]
  total: number
  brokenSince: string | null
  introduced: Introduction | null
}

/** A finding that was left alone until a date that has passed. */
export interface EndedException {
  title: string
  place: string
  repository: string
  ownerId: string
  until: number
}

export interface DecidedItem {
  decision: NamedDecision
  outcome: 'accepted' | 'rejected'
}

export interface ClosedItem {
  decision: NamedDecision
  outcome: 'superseded' | 'deprecated'
  /** What replaced it. */
  by: NamedDecision | undefined
}

export interface QuestionItem {
  text: string
  askedAt: number
  channelId: string
  threadTs: string
  messageTs: string
  link: string | undefined
}

/** The first items of a part, and how many there are. */
export interface Part<T> {
  items: readonly T[]
  total: number
}

/** What a channel is told once a week, in this order. */
export interface Digest {
  from: number
  to: number
  zone: string
  needsAction: Part<ActionItem>
  decided: Part<DecidedItem>
  closed: Part<ClosedItem>
  questions: Part<QuestionItem>
  counts: DigestCounts
  /** What the digest before counted. */
  before: DigestCounts | undefined
  /** There is nothing to tell. */
  quiet: boolean
}

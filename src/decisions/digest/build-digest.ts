import type { DigestCounts } from '../../db/schema.ts'
import type {
  ActionItem,
  ClosedItem,
  DecidedItem,
  Digest,
  Drift,
  EndedException,
  NamedDecision,
  Part,
  QuestionItem,
} from './digest.ts'

const dayMs = 86_400_000
/** A decision that waits longer is brought up. */
const patienceDays = 3
const reviewAheadMs = 14 * dayMs
const questionsForMs = 30 * dayMs
const shown = { needsAction: 12, decided: 10, closed: 8, questions: 5 }

/** Everything in the database that a channel may be told. */
export interface DigestFacts {
  from: number
  to: number
  zone: string
  proposed: readonly { decision: NamedDecision; since: number; owners: readonly string[] }[]
  reviews: readonly { decision: NamedDecision; dueAt: number; owners: readonly string[] }[]
  drift: readonly { decision: NamedDecision; drift: Drift }[]
  /** Decisions whose repository could not be read. */
  unchecked: readonly { decision: NamedDecision; repository: string; reason: string }[]
  exceptions: readonly EndedException[]
  decided: readonly (DecidedItem & { at: number })[]
  closed: readonly (ClosedItem & { at: number })[]
  questions: readonly QuestionItem[]
  before: DigestCounts | undefined
}

/** Puts a channel's week in order, what needs action first; the same facts give the same digest. */
export function buildDigest(facts: DigestFacts): Digest {
  const { from, to, zone, before } = facts
  const proposed = facts.proposed.filter(({ since }) => to - since > patienceDays * dayMs)
  const reviews = facts.reviews.filter(({ dueAt }) => dueAt - to <= reviewAheadMs)
  const questions = facts.questions.filter(({ askedAt }) => to - askedAt <= questionsForMs && askedAt <= to)
  const isOfWeek = ({ at }: { at: number }) => at > from && at <= to
  const decided = facts.decided.filter(isOfWeek)
  const closed = facts.closed.filter(isOfWeek)
  const needsAction: ActionItem[] = [
    ...facts.drift.map((item) => ({ kind: 'drift' as const, ...item })),
    ...sortBy(reviews, ({ dueAt }) => dueAt).map((item) => ({ kind: 'review' as const, ...item })),
    ...sortBy(proposed, ({ since }) => since).map(({ decision, since, owners }) => ({
      kind: 'proposed' as const,
      decision,
      owners,
      days: Math.floor((to - since) / dayMs),
    })),
    ...facts.unchecked.map((item) => ({ kind: 'unchecked' as const, ...item })),
    ...sortBy(facts.exceptions, ({ until }) => until).map((exception) => ({ kind: 'exception' as const, exception })),
  ]
  const told = [needsAction, decided, closed, questions]
  return {
    from,
    to,
    zone,
    needsAction: part(needsAction, shown.needsAction),
    decided: part(
      sortBy(decided, ({ at }) => at),
      shown.decided,
    ),
    closed: part(
      sortBy(closed, ({ at }) => at),
      shown.closed,
    ),
    questions: part(
      sortBy(questions, ({ askedAt }) => askedAt),
      shown.questions,
    ),
    counts: {
      decided: decided.length,
      closed: closed.length,
      waiting: facts.proposed.length,
      drift: facts.drift.length,
      questions: questions.length,
    },
    before,
    quiet: told.every((items) => items.length === 0),
  }
}

function part<T>(items: readonly T[], most: number): Part<T> {
  return { items: items.slice(0, most), total: items.length }
}

function sortBy<T>(items: readonly T[], key: (item: T) => number): T[] {
  return items.toSorted((a, b) => key(a) - key(b))
}

import type { decisions } from '../db/schema.ts'
import type { Amendment, Assertion, Decision, DecisionBody, ImportOrigin, Vote } from './decision.ts'

type Row = typeof decisions.$inferSelect

/** A decision as its row holds it. */
export function toRow(decision: Decision): Row {
  const {
    body,
    number,
    threadTs,
    threadLink,
    reviewBy,
    supersededBy,
    reopens,
    importedFrom,
    reason,
    decidedAt,
    ...rest
  } = decision
  return {
    ...rest,
    body,
    title: body.title,
    tags: body.tags.map((tag) => tag.toLowerCase()),
    repository: body.repository?.toLowerCase() ?? null,
    number: number ?? null,
    threadTs: threadTs ?? null,
    threadLink: threadLink ?? null,
    reviewBy: reviewBy ?? null,
    supersededBy: supersededBy ?? null,
    reopens: reopens ?? null,
    importedFrom: importedFrom ?? null,
    reason: reason ?? null,
    decidedAt: decidedAt ?? null,
  }
}

/** The decision of a row. */
export function fromRow(row: Row): Decision {
  const { title: _title, tags: _tags, repository: _repository, ...rest } = row
  return {
    ...rest,
    // The columns hold what toRow put there, and nothing else writes them.
    body: row.body as DecisionBody,
    checks: row.checks as Assertion[],
    votes: row.votes as Vote[],
    amendments: row.amendments as Amendment[],
    number: row.number ?? undefined,
    threadTs: row.threadTs ?? undefined,
    threadLink: row.threadLink ?? undefined,
    reviewBy: row.reviewBy ?? undefined,
    supersededBy: row.supersededBy ?? undefined,
    reopens: row.reopens ?? undefined,
    importedFrom: (row.importedFrom ?? undefined) as ImportOrigin | undefined,
    reason: row.reason ?? undefined,
    decidedAt: row.decidedAt ?? undefined,
  }
}

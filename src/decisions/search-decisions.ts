import { toMatchQuery } from '../db/match-query.ts'
import type { Store } from '../db/open-store.ts'
import { type Audience, toSearchParameters, visibleInSearch } from './audience.ts'
import { type Decision, decisionStatuses } from './decision.ts'
import { type DecisionFilter, findDecisions, listByNumbers, shownUnlessTold } from './store.ts'

const termLimit = 12
/** Sections read for one search; a decision has at most a handful. */
const sectionLimit = 200

interface SectionHit {
  id: string
  score: number
}

/**
 * Finds decisions by their words, best first, among those that everyone in the audience may read; the statement enforces
 * it. Words count in any of their forms. When no word is found, or some look like identifiers, parts of words count too.
 * One that is called by its number (ADR-12, #12) comes first, in any status when none is asked for.
 */
export async function searchDecisions(
  store: Store,
  audience: Audience,
  question: string,
  filter: DecisionFilter,
  limit: number,
): Promise<Decision[]> {
  const called = await listByNumbers(store, audience, readNumbers(question), filter)
  const ids = await searchWords(store, audience, question, filter)
  const wanted = ids.filter((id) => !called.some((decision) => decision.id === id)).slice(0, limit)
  const found = await findDecisions(store, audience, wanted)
  const others = wanted.flatMap((id) => found.find((decision) => decision.id === id) ?? [])
  return [...called, ...others].slice(0, limit)
}

/** The numbers a question calls decisions by; a number alone is one. */
function readNumbers(question: string): number[] {
  const alone = /^\s*(\d{1,6})\s*$/.exec(question)
  const called = alone ? [alone] : [...question.matchAll(/(?:\badr[-\s_#]*|(?<![\w&/])#)0*(\d{1,6})\b/gi)]
  return [...new Set(called.map(([, digits]) => Number(digits)))].slice(0, termLimit)
}

async function searchWords(
  store: Store,
  audience: Audience,
  question: string,
  filter: DecisionFilter,
): Promise<string[]> {
  const query = toMatchQuery(question, termLimit, true)
  if (!query) return []
  const byWords = await run(store, 'decision_words', query, audience, filter)
  const identifiers = toIdentifierQuery(question, byWords.length === 0)
  const byParts = identifiers ? await run(store, 'decision_identifiers', identifiers, audience, filter) : []
  return rank([...byWords, ...byParts])
}

/** A decision is as good as its best section, and a little better for each further one that matches. */
function rank(hits: readonly SectionHit[]): string[] {
  const scores = new Map<string, number>()
  for (const { id, score } of hits)
    scores.set(id, (scores.get(id) ?? 0) + score * (scores.has(id) ? furtherSection : 1))
  return [...scores].sort(([, a], [, b]) => a - b).map(([id]) => id)
}

const furtherSection = 0.25

/** Words with the look of code, or all long enough for the trigram index when nothing else was found. */
function toIdentifierQuery(question: string, all: boolean): string | undefined {
  const words = question.match(/[\p{L}\p{N}_][\p{L}\p{N}_.@/-]*/gu) ?? []
  const wanted = words.filter((word) => word.length > 2 && (all ? word.length > 3 : isIdentifier(word)))
  return wanted.length === 0
    ? undefined
    : wanted
        .slice(0, termLimit)
        .map((word) => `"${word}"`)
        .join(' OR ')
}

function isIdentifier(word: string): boolean {
  return /[a-z][A-Z]|[_@/]|\w\.\w/.test(word)
}

function run(
  store: Store,
  index: 'decision_words' | 'decision_identifiers',
  query: string,
  audience: Audience,
  { statuses = shownUnlessTold, tag, repository }: DecisionFilter,
): Promise<SectionHit[]> {
  return store.search<SectionHit>(statement(index), {
    query,
    ...toSearchParameters(audience),
    statuses: decisionStatuses.filter((status) => statuses.includes(status)).join(' '),
    tag: tag === undefined ? '' : JSON.stringify(tag.toLowerCase()),
    repository: repository?.toLowerCase() ?? '',
    limit: sectionLimit,
  })
}

const statement = (index: string): string => `
  SELECT d.id AS id, bm25(${index}, 5, 3, 1, 1) AS score
  FROM ${index}
  JOIN decision_sections s ON s.id = ${index}.rowid
  JOIN decisions d ON d.id = s.decision_id
  LEFT JOIN channels c ON c.team_id = d.team_id AND c.channel_id = d.channel_id
  WHERE ${index} MATCH :query AND ${visibleInSearch}
    AND instr(:statuses, d.status) > 0
    AND (:tag = '' OR instr(d.tags, :tag) > 0)
    AND (:repository = '' OR d.repository = :repository)
  ORDER BY score, d.id
  LIMIT :limit`

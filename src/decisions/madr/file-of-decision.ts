import type { Decision, DecisionStatus } from '../decision.ts'
import type { MadrRecord } from './madr-record.ts'
import { isoDay } from '../../lib/iso-day.ts'

/** How a repository calls people and other decisions. */
export interface FileNames {
  /** A person's name for a Slack user id; plain names stand for themselves. */
  person(id: string): string
  /** `ADR-0012` for a decision that has a file there, undefined for others. */
  reference(decisionId: string): string | undefined
}

/** A decision as the file of a repository tells it, under the number it has there. */
export function toRecord(decision: Decision, number: number | undefined, names: FileNames): MadrRecord {
  const { body, supersedes, supersededBy, decidedAt, createdAt, amendments, importedFrom } = decision
  const name = (people: readonly string[]) => [...new Set(people.map((id) => names.person(id)))]
  return {
    number,
    status: decision.status,
    statusNote: importedFrom?.statusNote ?? '',
    date: isoDay(decidedAt ?? createdAt),
    reviewBy: decision.reviewBy === undefined ? undefined : isoDay(decision.reviewBy),
    body: {
      ...body,
      deciders: name(body.deciders),
      consulted: name(body.consulted),
      informed: name(body.informed),
    },
    supersedes: [...(importedFrom?.supersedes ?? []), ...supersedes.flatMap((id) => names.reference(id) ?? [])],
    supersededBy: supersededBy === undefined ? importedFrom?.supersededBy : names.reference(supersededBy),
    checks: decision.checks,
    amendments: amendments.map(({ at, by, text }) => ({ date: isoDay(at), by: names.person(by), text })),
    reason: decision.reason,
    thread: decision.threadLink,
    id: decision.id,
    otherFields: importedFrom?.otherFields ?? {},
  }
}

/**
 * The status of an imported file. Without one it counts as accepted, as other readers take it (log4brains, Structurizr);
 * with words that say something else it stays proposed until a person looks.
 */
export function statusOfFile({ status, statusNote }: MadrRecord): DecisionStatus {
  if (status !== undefined) return status
  return statusNote === '' ? 'accepted' : 'proposed'
}

/** `docs/decisions/0012-keep-orders-in-postgresql.md` */
export function pathOfDecision(folder: string, number: number, title: string): string {
  const slug = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '')
  return `${folder}/${toDigits(number)}-${slug === '' ? 'decision' : slug}.md`
}

/** How a file's number is written, in names and references. */
export function toDigits(number: number): string {
  return String(number).padStart(4, '0')
}

/** The number a path begins with; undefined for names that begin with a date or with none. */
export function numberOfPath(path: string): number | undefined {
  const name = path.split('/').at(-1) ?? ''
  if (/^\d{8}-|^\d{4}-\d{2}-\d{2}/.test(name)) return undefined
  const digits = /^(?:adr[-_]?)?(\d{1,5})(?=[-_. ])/i.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

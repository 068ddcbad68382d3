import { createHash } from 'node:crypto'
import type { Finding } from '../rules/finding.ts'

/** A finding as far as it takes to see what it has in common with others. */
type Told = Pick<Finding, 'rule' | 'severity' | 'path' | 'line' | 'message' | 'also' | 'fingerprint' | 'suppressed'> & {
  excepted?: string
  baseline?: string
}

/**
 * From how many places on what a rule finds at a severity is a habit of the project, mended by one decision. What is
 * left out has to be mended place by place, each in its own way.
 */
const placesOfHabit: ReadonlyMap<string, number> = new Map([
  // One client with a limit, one kind of search, one storage or one shared store is the remedy.
  ['leading-wildcard low', 4],
  ['memory-in-many-processes medium', 4],
  ['missing-timeout medium', 4],
  ['upload-without-limits medium', 4],
  // A check or a helper that every list, schema or answer of the project could use.
  ['page-size-from-request medium', 6],
  ['thrown-status low', 6],
  ['connection-per-request high', 10],
  ['loose-shape low', 10],
  ['wrong-status low', 10],
  // Fewer of these are worth a look each.
  ['missing-index low', 15],
  ['unbounded-query medium', 15],
  ['error-disclosure low', 20],
])

/** Findings with each habit told once, at its first place and with the others listed; what a change brings stays apart. */
export function tellHabitsOnce<Place extends Told>(findings: readonly Place[]): readonly Place[] {
  const told = new Map<Place, Place | undefined>()
  for (const [habit, places] of Map.groupBy(findings.filter(isOpen), ({ rule, severity }) => `${rule} ${severity}`)) {
    const [first, ...others] = places
    if (!first || places.length < (placesOfHabit.get(habit) ?? Infinity)) continue
    for (const other of others) told.set(other, undefined)
    told.set(first, asHabit(habit, first, others))
  }
  return findings.flatMap((finding) => (told.has(finding) ? (told.get(finding) ?? []) : finding))
}

function isOpen({ suppressed, excepted, baseline }: Told): boolean {
  return !suppressed && excepted === undefined && baseline === undefined
}

/** Known by what is done and not by its first place, so that mending that one makes no other finding of the rest. */
function asHabit<Place extends Told>(habit: string, first: Place, others: readonly Place[]): Place {
  return {
    ...first,
    message: `${first.message} It is a habit here: ${others.length} more places are like it.`,
    also: [...first.also, ...others.map(({ path, line }) => ({ path, line }))],
    fingerprint: createHash('sha256').update(`habit ${habit}`).digest('hex').slice(0, 32),
  }
}

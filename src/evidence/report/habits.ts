import { createHash } from 'node:crypto'
import type { Finding } from '../rules/finding.ts'

/** A finding as far as it takes to see what it has in common with others. */
type Told = Pick<Finding, 'rule' | 'severity' | 'path' | 'line' | 'message' | 'also' | 'fingerprint' | 'suppressed'> & {
  excepted?: string
  baseline?: string
}

type Habit = { from: number; of: 'project' | 'file' }

/**
 * What is a habit, mended by one decision, from so many places on: a rule with the severity of what it finds. What is
 * left out has to be mended place by place, each in its own way.
 */
const habits: ReadonlyMap<string, Habit> = new Map([
  // One client with a limit, one kind of search, one storage or one shared store is the remedy.
  ...told(4, 'project', 'leading-wildcard low', 'memory-in-many-processes medium', 'missing-timeout medium'),
  ...told(4, 'project', 'unheard-error medium', 'upload-without-limits medium', 'weak-random medium', 'xss low'),
  // How the project is written, rather than slips: a list of the places is what helps.
  ...told(4, 'project', 'copied-functions low', 'duplicate-code low', 'log-injection low', 'sensitive-logging low'),
  ...told(4, 'project', 'swallowed-error low', 'sync-io-in-handler low'),
  // A helper that keeps what it has read.
  ...told(4, 'file', 'sync-io-in-handler medium'),
  // A check or a helper that every list, schema or connection of the project could use.
  ...told(8, 'project', 'n-plus-one low', 'nosql-injection low', 'page-size-from-request medium', 'thrown-status low'),
  ...told(8, 'project', 'connection-per-request high', 'loose-shape low'),
  // Fewer of these are worth a look each.
  ...told(20, 'project', 'missing-index low', 'unbounded-query medium', 'error-disclosure low', 'wrong-status low'),
  // What is noted in passing, of work that nobody waits for and of how code is kept.
  ...told(8, 'project', 'n-plus-one info', 'unbounded-query info', 'missing-index info', 'god-file info'),
  ...told(8, 'project', 'swallowed-error info'),
  ...told(20, 'project', 'unused info'),
  // A file that holds so many should not be there, or was never run.
  ...told(4, 'file', 'dead-code low', 'hardcoded-secret low', 'undefined-name high'),
  ...told(8, 'file', 'hardcoded-secret high'),
])

function told(from: number, of: Habit['of'], ...what: string[]): (readonly [string, Habit])[] {
  return what.map((each) => [each, { from, of }])
}

/** Findings with each habit told once, at its first place and with the others listed; what a change brings stays apart. */
export function tellHabitsOnce<Place extends Told>(findings: readonly Place[]): readonly Place[] {
  const folded = new Map<Place, Place | undefined>()
  for (const [name, places] of Map.groupBy(findings.filter(isOpen), nameOfHabit)) {
    const [first, ...others] = places
    if (!first || places.length < (habitOf(first)?.from ?? Infinity)) continue
    for (const other of others) folded.set(other, undefined)
    folded.set(first, asHabit(name, first, others))
  }
  return findings.flatMap((finding) => (folded.has(finding) ? (folded.get(finding) ?? []) : finding))
}

function habitOf({ rule, severity }: Told): Habit | undefined {
  return habits.get(`${rule} ${severity}`)
}

function nameOfHabit(finding: Told): string {
  const { rule, severity, path } = finding
  return `${rule} ${severity} ${habitOf(finding)?.of === 'file' ? path : ''}`
}

function isOpen({ suppressed, excepted, baseline }: Told): boolean {
  return !suppressed && excepted === undefined && baseline === undefined
}

/** Known by what is done and not by its first place, so that mending that one makes no other finding of the rest. */
function asHabit<Place extends Told>(name: string, first: Place, others: readonly Place[]): Place {
  return {
    ...first,
    message: `${first.message} It is a habit here: ${others.length} more places${habitOf(first)?.of === 'file' ? ' of this file' : ''} are like it.`,
    also: [...first.also, ...others.map(({ path, line }) => ({ path, line }))],
    fingerprint: createHash('sha256').update(`habit ${name}`).digest('hex').slice(0, 32),
  }
}

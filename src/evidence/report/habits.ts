import { createHash } from 'node:crypto'
import type { Finding } from '../rules/finding.ts'

/** A finding as far as it takes to see what it has in common with others. */
type Told = Pick<Finding, 'rule' | 'severity' | 'path' | 'line' | 'message' | 'also' | 'fingerprint' | 'suppressed'> & {
  excepted?: string
  baseline?: string
}

/** From how many places on what a rule finds at a severity is a habit, mended by one decision. */
type Habit = { from: number; of: 'project' | 'file' }

const ofProject = (from: number): Habit => ({ from, of: 'project' })
const ofFile = (from: number): Habit => ({ from, of: 'file' })

/** What is left out has to be mended place by place, each in its own way. */
const habits: ReadonlyMap<string, Habit> = new Map([
  // One client with a limit, one kind of search, one storage or one shared store is the remedy.
  ['leading-wildcard low', ofProject(4)],
  ['memory-in-many-processes medium', ofProject(4)],
  ['missing-timeout medium', ofProject(4)],
  ['upload-without-limits medium', ofProject(4)],
  ['weak-random medium', ofProject(4)],
  ['xss low', ofProject(4)],
  // How the project is written, rather than slips: a list of the places is what helps.
  ['copied-functions low', ofProject(3)],
  ['duplicate-code low', ofProject(4)],
  ['log-injection low', ofProject(3)],
  ['sensitive-logging low', ofProject(3)],
  ['swallowed-error low', ofProject(4)],
  ['sync-io-in-handler low', ofProject(3)],
  // A check or a helper that every list, schema or answer of the project could use.
  ['n-plus-one low', ofProject(6)],
  ['nosql-injection low', ofProject(6)],
  ['page-size-from-request medium', ofProject(6)],
  ['thrown-status low', ofProject(6)],
  ['connection-per-request high', ofProject(10)],
  ['loose-shape low', ofProject(10)],
  ['wrong-status low', ofProject(10)],
  // Fewer of these are worth a look each.
  ['missing-index low', ofProject(15)],
  ['unbounded-query medium', ofProject(15)],
  ['error-disclosure low', ofProject(20)],
  // A file that holds so many should not be there, or was never run.
  ['dead-code low', ofFile(4)],
  ['hardcoded-secret low', ofFile(4)],
  ['hardcoded-secret high', ofFile(5)],
  ['undefined-name high', ofFile(4)],
])

/** Findings with each habit told once, at its first place and with the others listed; what a change brings stays apart. */
export function tellHabitsOnce<Place extends Told>(findings: readonly Place[]): readonly Place[] {
  const told = new Map<Place, Place | undefined>()
  for (const [name, places] of Map.groupBy(findings.filter(isOpen), nameOfHabit)) {
    const [first, ...others] = places
    if (!first || places.length < (habitOf(first)?.from ?? Infinity)) continue
    for (const other of others) told.set(other, undefined)
    told.set(first, asHabit(name, first, others))
  }
  return findings.flatMap((finding) => (told.has(finding) ? (told.get(finding) ?? []) : finding))
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

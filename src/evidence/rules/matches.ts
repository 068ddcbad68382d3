import type { Trace } from '../facts/trace.ts'
import { lineOf } from './places.ts'
import type { Match, Words } from './rule.ts'

/** One finding for places of one cause: those that say the same, with the first place as its own. */
export function bySentence(matches: Iterable<Match>): Iterable<Match> {
  return asOne(Map.groupBy(matches, (match) => `${match.severity} ${match.message}`).values())
}

/** One finding for each input, however many calls it reaches: the place to check it is one. */
export function byInput(found: Iterable<{ match: Match; trace: Trace }>): Iterable<Match> {
  const groups = Map.groupBy(found, ({ match, trace: { source, handler } }) =>
    [match.severity, source.file.path, handler?.node.start ?? source.node.start, source.text].join(' '),
  )
  return asOne([...groups.values()].map((group) => group.map(({ match }) => match)))
}

/** Places that say the same of other names are a way of writing: from some on, one finding of the project. */
export function* kindsAsOne(matches: Iterable<Match>, from: number): Iterable<Match> {
  const kindOf = ({ message, severity }: Match) => `${severity} ${message.replaceAll(/`[^`]*`/g, '`')}`
  for (const [kind, group] of Map.groupBy(matches, kindOf)) {
    const [first] = group
    if (!first || group.length < from) yield* group
    else
      yield* asOne([
        [
          { ...first, cause: kind, message: `${first.message} ${group.length - 1} more are like it.` },
          ...group.slice(1),
        ],
      ])
  }
}

/** More than ten places of one file that say the same are a habit, and one finding. */
export function* habitsAsOne(matches: Iterable<Match>): Iterable<Match> {
  for (const group of Map.groupBy(matches, ({ file, message, severity }) =>
    [file.path, severity, message].join(' '),
  ).values()) {
    if (group.length > 10) yield* asOne([group])
    else yield* group
  }
}

/**
 * Places of one cause: from `least` of a file on the first of a severity says how many there are, the others are
 * information. Those that weigh little are left as they are, unless `small` says that the rule has no others.
 */
export function* firstOfFile(matches: Iterable<Match>, { least = 4, small = false } = {}): Iterable<Match> {
  const bySeverity = ({ file, severity }: Match) => `${file.path} ${severity}`
  for (const group of Map.groupBy(matches, bySeverity).values()) {
    const [first, ...rest] = group
    const isSmall = !small && (first?.severity === 'low' || first?.severity === 'info')
    if (!first || isSmall || group.length < least) yield* group
    else {
      const are = rest.length === 1 ? 'is' : 'are'
      yield { ...first, message: `${first.message} ${rest.length} more of this file ${are} like it.` }
      yield* rest.map((match): Match => ({ ...match, severity: 'info' }))
    }
  }
}

/** Matches of a kind of their own, with what is to be said of them where they do not say it themselves. */
export function* inWords(words: Words, matches: Iterable<Match>): Iterable<Match> {
  for (const match of matches) yield { ...match, words: { ...words, ...match.words } }
}

/** One finding at the first of several places. */
export function inOne(matches: readonly Match[]): Iterable<Match> {
  return asOne([matches])
}

function* asOne(groups: Iterable<readonly Match[]>): Iterable<Match> {
  for (const [first, ...rest] of groups) {
    if (first) yield { ...first, also: [...(first.also ?? []), ...rest.map(placeOf)] }
  }
}

function placeOf({ file, node, line }: Match): { path: string; line: number } {
  return { path: file.path, line: line ?? (node && 'lineStarts' in file ? lineOf(node, file) : 1) }
}

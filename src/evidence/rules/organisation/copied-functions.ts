import type { Codebase } from '../../codebase.ts'
import { copiedFunctions as groupsOfCopies, isMostlyIn, linesIn, type CopyGroup } from '../../facts/copied-functions.ts'
import { ancestor, type Node } from '../../parse/ast.ts'
import type { Match, Rule } from '../rule.ts'
import { repeatsToTell } from './duplicate-code.ts'

const mostFindings = 8
const mostInOneFile = 2

export const copiedFunctions: Rule = {
  id: 'copied-functions',
  category: 'duplicate-code',
  severity: 'low',
  confidence: 'medium',
  title: 'A function is a copy of another with other names',
  why: 'A mistake is fixed in one of them, and what all of them do cannot be changed in one place.',
  effects: { maintenance: 'Every change has to be made several times.' },
  fix: {
    say: 'Make one function of it and pass what differs.',
    code: {
      any: "const removeFrom = (queries) => async (req, res) => res.json(await queries.remove({ id: req.params.id }))\nrouter.delete('/jobs/:id', removeFrom(jobs))",
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1041.html'],
  limits:
    'Functions of the same shape: names, texts and numbers may differ, statements and the methods they call may not.',
  find(codebase) {
    const groups = groupsOfCopies(codebase.withTypes)
    const nodes = new Set<Node>(groups.flat().map(({ node }) => node))
    const copies = groups
      .filter((group) => !group.every(({ node }) => ancestor(node, (at) => nodes.has(at))) && !isTold(group, codebase))
      .map(copyOf)
      .toSorted(bySize)
    return [...Map.groupBy(copies, ({ match }) => match.file).values()]
      .flatMap((found) => found.slice(0, mostInOneFile))
      .toSorted(bySize)
      .slice(0, mostFindings)
      .map(({ match }) => match)
  },
}

type Copy = { size: number; match: Match }

/** One finding for all functions of a shape, where the second of them stands. */
function copyOf([first, second, ...more]: CopyGroup): Copy {
  const { from } = linesIn(first)
  const place = `${first.file.path}:${from}`
  const original = first.name === undefined ? `the function in ${place}` : `\`${first.name}\` in ${place}`
  const what = second.name === undefined ? 'This function' : `\`${second.name}\``
  const names = second.names === first.names ? '' : ' with other names'
  const count = more.length > 0 ? `, and ${more.length} more ${more.length === 1 ? 'does' : 'do'} too` : ''
  return {
    size: second.tokens,
    match: {
      file: second.file,
      node: second.node,
      line: linesIn(second).from,
      also: [first, ...more].map((item) => ({ path: item.file.path, line: linesIn(item).from })),
      message: `${what} does the same as ${original}${names}${count}.`,
    },
  }
}

function bySize(one: Copy, other: Copy): number {
  return other.size - one.size
}

/** Whether lines that hold all copies but the first are told as a repeat. */
function isTold([, ...copies]: CopyGroup, codebase: Codebase): boolean {
  const told = repeatsToTell(codebase.withTypes).flatMap(({ longest, others }) => [longest, ...others])
  return copies.every((copy) => told.some(({ place }) => isMostlyIn(copy, place)))
}

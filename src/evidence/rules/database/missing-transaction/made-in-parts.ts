import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { plainModel, subjectOf } from '../../../facts/query-filters.ts'
import { heldNames } from '../../../facts/query-results.ts'
import { verbOf } from '../../../facts/query-verb.ts'
import { stepsOf, type Step } from '../../../facts/query-steps.ts'
import { ancestor, functionAround, isFunction, unwrap, type Node } from '../../../parse/ast.ts'
import { isGiven } from '../../../parse/mentions.ts'
import { lineOf, requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { isCovered, isNote, isOtherwise, mayFailAlone } from './writes.ts'

/** `const team = await teams.create(…)`, then `await members.add({ teamId: team.id })`: a row, and what is made for it. */
export function* madeInParts(codebase: Codebase, told: Set<Node>): Iterable<Match> {
  const byFunction = Map.groupBy(stepsOf(codebase, isInsert), ({ call }) => functionAround(call))
  const pairs = [...byFunction].flatMap(([around, steps]) => {
    const pair = around && requestOf(codebase, around) && pairIn(steps)
    return pair && !told.has(pair.first.call) && !isCovered(around, pair.first.file) ? [pair] : []
  })
  // What a file makes in parts for several things is one habit.
  for (const [pair, ...others] of Map.groupBy(pairs, kindOf).values()) {
    if (!pair) continue
    const { first, second } = pair
    told.add(first.call)
    const [made, part] = [first, second].map(({ query }) => subjectOf(query))
    yield {
      file: first.file,
      node: first.call,
      also: [second, ...others.map((other) => other.first)].map(placeOf),
      message: `${made ? `\`${made}\`` : 'A row'} and the ${part ? `\`${part}\`` : 'row'} that belongs to it are made without a transaction: when the second fails, the first stays alone.`,
    }
  }
}

function kindOf({ first }: Pair): string {
  return `${first.file.path} ${subjectOf(first.query) ?? ''}`
}

function placeOf({ call, file }: Step): { path: string; line: number } {
  return { path: file.path, line: lineOf(call, file) }
}

function isInsert(query: Query): boolean {
  return verbOf(query) === 'insert' && !isNote(query) && !shortLived.test(subjectOf(query) ?? '')
}

/** Made anew when it is missing. */
const shortLived =
  /(token|otp|verification\w*|session|code|cache|job|message|mail)s?(model|schema|entity|repository)?$/i

/** `if (!cart) cart = await carts.create(…)`: where what comes next fails, the next request finds it and goes on. */
function isMadeWhenMissing(call: Node): boolean {
  const set = ancestor(call, (at) => at.type === 'AssignmentExpression' || at.type === 'BlockStatement')
  if (set?.type !== 'AssignmentExpression' || set.left.type !== 'Identifier') return false
  const around = ancestor(set, (at) => at.type === 'IfStatement' || isFunction(at))
  const test = around?.type === 'IfStatement' ? unwrap(around.test) : undefined
  return (
    test?.type === 'UnaryExpression' &&
    test.operator === '!' &&
    test.argument.type === 'Identifier' &&
    test.argument.name === set.left.name
  )
}

type Pair = { first: Step; second: Step }

/** The first two of which the second is given the row that the first made. */
function pairIn(steps: readonly Step[]): Pair | undefined {
  for (const first of steps) {
    if (isMadeWhenMissing(first.call)) continue
    const names = heldNames(first.call)
    const second = steps.find(
      (step) =>
        step.call.start > first.call.end &&
        plainModel(subjectOf(step.query)) !== plainModel(subjectOf(first.query)) &&
        isGiven(step.call, names) &&
        !isOtherwise(first, step) &&
        !mayFailAlone(first, step),
    )
    if (second) return { first, second }
  }
  return undefined
}

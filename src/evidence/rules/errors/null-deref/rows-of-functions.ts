import type { Codebase } from '../../../codebase.ts'
import { queriesByFile, type Query } from '../../../facts/queries.ts'
import { contains, functionAround, isFunction, parameterName, pathOf, type CallNode } from '../../../parse/ast.ts'
import { goingBy, methodCallsOf } from '../../../parse/by-name.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { picksCaller } from '../../callers-row.ts'
import { inOne } from '../../matches.ts'
import { madeOfRow, picksKnown, rowOrNothing } from '../../row-or-nothing.ts'
import type { Match } from '../../rule.ts'
import { firstUse } from './first-use.ts'
import { isStrict } from './strictness.ts'
import { holdsKey, isConstant } from './settled-keys.ts'

/** Rows that functions of the project hand on from a lookup, used without a look at whether there is one. */
export function* rowsOfFunctions(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (isStrict(file, codebase.texts)) continue
    const made: Match[] = []
    for (const { call, name, around, end } of namedResults(file)) {
      if (codebase.calls.targetOf(call) && isOfLookup(call, file, codebase))
        yield* firstUse(codebase, name, around, end, file)
      else if (codebase.web.handlers.has(around) && madeOfRow(call, codebase))
        made.push(...firstUse(codebase, name, around, end, file))
    }
    // What a class is made of is asked for in one place, and the answer to nothing is missing where it is asked.
    yield* inOne(made)
    for (const call of takingCallbacks(file)) {
      const target = codebase.calls.targetOf(call)
      if (target) yield* handedToCallback({ call, file, target }, codebase)
    }
  }
}

function isOfLookup(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  const query = rowOrNothing(call, file, codebase)
  return (
    query !== undefined &&
    !picksKnown(call, file) &&
    !wroteBefore(query, codebase) &&
    !picksCaller(query.file.text.slice(query.call.start, query.call.end))
  )
}

/** `register` inserts a row and gives it back as it stands in the table. */
function wroteBefore({ call, file, model }: Query, { queries }: Codebase): boolean {
  const around = functionAround(call)
  const written = queriesByFile(queries).get(file)
  return (
    written?.some(
      (query) =>
        query.kind === 'insert' &&
        query.model === model &&
        query.call.start < call.start &&
        functionAround(query.call) === around,
    ) ?? false
  )
}

/** `const name = await …` in a function. */
const namedResults = once((file: SourceFile) =>
  file.awaits.flatMap(({ argument: call, parent: holder }) => {
    if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return []
    const around = functionAround(call)
    if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier' || !around) return []
    if (!asksForAny(call) || picksCaller(file.text.slice(call.start, call.end))) return []
    return [{ call, name: holder.id.name, around, end: holder.end }]
  }),
)

/** Calls of DAO functions with a callback. */
const takingCallbacks = once((file: SourceFile) =>
  goingBy(methodCallsOf(file), /^(get|find|fetch|load)\w*By\w+$/).filter((call) => isFunction(call.arguments.at(-1))),
)

/** A row of a constant name was put there, and a key that another row holds leads to one. */
function asksForAny({ arguments: given }: CallNode): boolean {
  return given.some((argument) => !isConstant(argument) && !holdsKey.test(pathOf(argument)))
}

/** DAO functions that hand a lookup's result to a callback, called with a callback that uses it at once. */
function* handedToCallback(
  { call, file, target }: Pick<Codebase['calls']['linked'][number], 'call' | 'file' | 'target'>,
  codebase: Codebase,
): Iterable<Match> {
  const last = call.arguments.at(-1)
  if (!isFunction(last) || last.params.length !== 2) return
  const looksUp = queriesByFile(codebase.queries)
    .get(target.file)
    ?.some(({ kind, call: query }) => kind === 'find-one' && contains(target.node, query))
  const parameter = looksUp ? parameterName(last.params[1]) : undefined
  if (parameter) yield* firstUse(codebase, parameter.name, last, last.start, file)
}

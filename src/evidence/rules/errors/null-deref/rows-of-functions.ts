import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import { queriesByFile, type Query } from '../../../facts/queries.ts'
import {
  contains,
  functionAround,
  isFunction,
  literalText,
  parameterName,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { goingBy, methodCallsOf } from '../../../parse/by-name.ts'
import { once } from '../../../parse/once.ts'
import { returnsOf } from '../../../parse/returns.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { picksCaller } from '../../callers-row.ts'
import type { Match } from '../../rule.ts'
import { mayRefuse } from '../refusing-helpers.ts'
import { firstUse } from './first-use.ts'
import { isLookup } from './missing-rows.ts'
import { isStrict } from './strictness.ts'

/** Rows that functions of the project hand on from a lookup, used without a look at whether there is one. */
export function* rowsOfFunctions(codebase: Codebase): Iterable<Match> {
  const giving = givesRow(codebase)
  for (const file of codebase.production) {
    if (isStrict(file, codebase.texts)) continue
    for (const { call, name, around, end } of namedResults(file)) {
      const target = codebase.calls.targetOf(call)
      if (target && giving(target)) yield* firstUse(codebase, name, around, end, file)
    }
    for (const call of takingCallbacks(file)) {
      const target = codebase.calls.targetOf(call)
      if (target) yield* handedToCallback({ call, file, target }, codebase)
    }
  }
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

function isConstant(node: Node): boolean {
  return literalText(node) !== undefined || /^[A-Z]\w*(\.\w+)+$/.test(pathOf(node))
}

const holdsKey = /^(?!(req|request|params|query|body|dto|data|input|args|payload|event|ctx|context)\.)\w+\.\w*(Id|_id)$/

type Code = { node: FunctionNode; file: SourceFile }

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

/** Whether a function gives the row of a lookup as it is, also through another function. */
function givesRow(codebase: Codebase): (code: Code) => boolean {
  const known = new Map<FunctionNode, boolean>()
  const ask = (code: Code): boolean => {
    const before = known.get(code.node)
    if (before !== undefined) return before
    // A function that asks itself gives no row of its own.
    known.set(code.node, false)
    const gives = !mayRefuse(code) && givenBack(code).some((value) => isRow(value, code))
    known.set(code.node, gives)
    return gives
  }
  const isRow = (value: Node, { file }: Code): boolean => {
    const query = queryOf(value, file, codebase)
    if (query) return isLookup(query, codebase) && !picksCaller(file.text.slice(value.start, value.end))
    const target = value.type === 'CallExpression' ? codebase.calls.targetOf(value) : undefined
    return target !== undefined && ask(target)
  }
  return ask
}

function queryOf(value: Node, file: SourceFile, { queries }: Codebase): Query | undefined {
  return queriesByFile(queries)
    .get(file)
    ?.find(({ call }) => chainTop(call) === value)
}

/** What a function returns, with names followed to what they are made with. */
function givenBack({ node, file }: Code): Node[] {
  const { body } = node
  if (!body) return []
  if (body.type !== 'BlockStatement') return [awaited(body)]
  const returned = returnsOf(node, file)
  const [only] = returned
  // With more than one outcome a caller cannot be said to get a row.
  if (returned.length !== 1 || !only?.argument || body.body.at(-1) !== only) return []
  return [awaited(only.argument)]
}

function awaited(node: Node): Node {
  const inner = unwrap(node)
  return inner.type === 'AwaitExpression' ? unwrap(inner.argument) : inner
}

import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import type { Query } from '../../../facts/queries.ts'
import { functionAround, isFunction, keyOf, parameterName, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { picksCaller } from '../../callers-row.ts'
import { isLookup, picksKnown } from '../../row-or-nothing.ts'
import type { Match } from '../../rule.ts'
import { firstUse } from './first-use.ts'
import { isSaidByCallers } from './asked-by-callers.ts'
import { isLookedFor } from './looked-before.ts'
import { isStrict } from './strictness.ts'
import { weightOfMissing } from './weight.ts'

/** Rows of lookups that are used without a look at whether there is one. */
export function* missingRows(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.file.kind === 'production' && isLookup(query, codebase)) yield* usesOfRow(codebase, query)
  }
}

function* usesOfRow(codebase: Codebase, query: Query): Iterable<Match> {
  const { call, file } = query
  // The strict compiler has asked for the check already.
  if (isStrict(file, codebase.texts)) return
  // `findUnique(…).resources()` gives what belongs to the row, a list.
  if (query.client === '@prisma/client' || query.method.startsWith('findUnique')) {
    if (query.chain.some((name) => !/^(then|catch|finally|exec|lean|populate|select)$/.test(name))) return
  }
  if (picksCaller(file.text.slice(call.start, call.end)) || picksKnown(call, file)) return
  if (isLookedFor(query, codebase) || isSaidByCallers(call, file, codebase)) return
  const callback = resultCallback(call) ?? resultCallback(chainTop(call))
  const weight = weightOfMissing(call)
  if (callback) {
    const parameter = parameterName(callback.at === 'then' ? callback.node.params[0] : callback.node.params[1])
    if (parameter)
      for (const match of firstUse(codebase, parameter.name, callback.node, callback.node.start, file))
        yield { ...match, ...weight }
    return
  }
  const top = chainTop(call)
  const holder = top.parent?.type === 'AwaitExpression' ? top.parent.parent : undefined
  if (holder?.type !== 'VariableDeclarator') return
  const first = holder.id.type === 'ArrayPattern' ? holder.id.elements[0] : holder.id
  const around = functionAround(holder)
  if (around && first?.type === 'Identifier')
    for (const match of firstUse(codebase, first.name, around, holder.end, file)) yield { ...match, ...weight }
}

type Callback = { node: FunctionNode; at: 'then' | 'callback' }

function resultCallback(node: Node): Callback | undefined {
  let at: Node = node
  while (at.type === 'CallExpression') {
    const last = at.arguments.at(-1)
    const name = at.callee.type === 'MemberExpression' ? keyOf(at.callee) : undefined
    if (name === 'then' && isFunction(at.arguments[0])) return { node: at.arguments[0], at: 'then' }
    if (isFunction(last) && last.params.length >= 2 && name !== 'then') return { node: last, at: 'callback' }
    if (at.callee.type !== 'MemberExpression') return undefined
    at = at.callee.object
  }
  return undefined
}

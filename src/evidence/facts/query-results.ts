import {
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import { chainTop } from './promises.ts'

type Named = { name: string; area: FunctionNode }

/** The names that hold what a query gives, each with the function it is good in. */
export function resultNames(query: { call: CallNode }): Named[] {
  const names: Named[] = []
  let at: Node = query.call
  const top = chainTop(query.call)
  while (at !== top.parent) {
    if (at.type === 'CallExpression') {
      const method = at.callee.type === 'MemberExpression' ? keyOf(at.callee) : undefined
      const first = at.arguments[0]
      const last = at.arguments.at(-1)
      if (method === 'then' && isFunction(first)) {
        const name = parameterName(first.params[0])?.name
        if (name) names.push({ name, area: first })
      } else if (isFunction(last) && last.params.length >= 2) {
        const name = parameterName(last.params[1])?.name
        if (name) names.push({ name, area: last })
      }
    }
    if (!at.parent || at === top) break
    at = at.parent
  }
  const holder = top.parent?.type === 'AwaitExpression' ? top.parent.parent : undefined
  const around = functionAround(query.call)
  const first =
    holder?.type === 'VariableDeclarator' && holder.id.type === 'ArrayPattern' ? holder.id.elements[0] : null
  const held = holder?.type === 'VariableDeclarator' ? parameterName(first ?? holder.id) : undefined
  if (held && around) names.push({ name: held.name, area: around })
  return names
}

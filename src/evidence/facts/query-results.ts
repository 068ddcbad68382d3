import {
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
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
  const holder = holderOf(top)
  const around = functionAround(query.call)
  const first =
    holder?.type === 'VariableDeclarator' && holder.id.type === 'ArrayPattern' ? holder.id.elements[0] : undefined
  const held = holder?.type === 'VariableDeclarator' ? parameterName(first ?? holder.id) : undefined
  if (held && around) names.push({ name: held.name, area: around })
  return names
}

/** What takes what is awaited, also as another type: `const user = (await find(id)) as User`. */
function holderOf(asked: Node): Node | undefined {
  let at: Node | null | undefined = asked.parent?.type === 'AwaitExpression' ? asked.parent.parent : undefined
  while (at && /^(TSAs|TSSatisfies|TSNonNull|Parenthesized)Expression$/.test(at.type)) at = at.parent
  return at ?? undefined
}

/** The names that hold what a call gives: declared, assigned, or the parameter of its `then`. */
export function heldNames(call: CallNode): string[] {
  const holder = holderOf(chainTop(call))
  const assigned = holder?.type === 'AssignmentExpression' ? [pathOf(holder.left)] : []
  const parts =
    holder?.type === 'VariableDeclarator' && holder.id.type === 'ObjectPattern'
      ? holder.id.properties.flatMap((part) => (part.type === 'Property' ? [pathOf(part.value)] : []))
      : []
  return [...resultNames({ call }).map(({ name }) => name), ...assigned, ...parts]
}

import {
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
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

/** Whether an answer holds what goes by a name: itself, or as the value of a property, not a field of it. */
export function sends(body: Node, name: string, file: SourceFile): boolean {
  const inner = unwrap(body)
  const values =
    inner.type === 'ObjectExpression'
      ? inner.properties.map((property) => (property.type === 'Property' ? property.value : property.argument))
      : [inner]
  return values.some((value) => {
    if (value.type === 'ObjectExpression')
      return value.properties.some(
        (property) =>
          property.type === 'Property' && property.value.type === 'Identifier' && isSame(property.value, name, file),
      )
    return value.type === 'Identifier' && (isSame(value, name, file) || carries(value, name, file))
  })
}

/** `result.user = user` before `res.send(result)`. */
function carries(holder: Node & { type: 'Identifier' }, name: string, file: SourceFile): boolean {
  const binding = lookUp(file.scopes, holder, holder.name)
  if (!binding || binding.kind === 'parameter') return false
  return file.assignments.some(
    ({ left, right }) =>
      left.type === 'MemberExpression' &&
      left.object.type === 'Identifier' &&
      left.object.name === holder.name &&
      right.type === 'Identifier' &&
      right.name === name &&
      lookUp(file.scopes, left, holder.name) === binding,
  )
}

function isSame(node: Node & { type: 'Identifier' }, name: string, file: SourceFile): boolean {
  if (node.name === name) return true
  const binding = lookUp(file.scopes, node, node.name)
  // `const { password, ...shown } = user` leaves something out.
  if (binding?.node.parent?.type === 'RestElement') return false
  const given = binding
    ? binding.init
    : file.assignments.find(({ left }) => left.type === 'Identifier' && left.name === node.name)?.right
  // `const user = rows[0]` is a whole row too.
  const inner = given?.type === 'MemberExpression' && given.computed ? given.object : given
  return inner?.type === 'Identifier' && inner.name === name
}

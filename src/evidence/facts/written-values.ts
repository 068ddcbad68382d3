import { append } from '../../lib/append.ts'
import {
  contains,
  functionAround,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { goingBy, methodCallsOf } from '../parse/by-name.ts'
import { atOnce, once } from '../parse/once.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** What is written to properties of a declared name, by its declaration. */
export const propertyWrites = once((file: SourceFile) => {
  const writes = new Map<Node, Of<'AssignmentExpression'>[]>()
  for (const assignment of file.assignments) {
    const left = assignment.left
    if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier') continue
    const binding = lookUp(file.scopes, left, left.object.name)
    if (!binding) continue
    append(writes, binding.node, assignment)
  }
  return writes
})

/** What is added to lists that have a name, by its declaration: `filters.push(text)`. */
export const pushedValues = once((file: SourceFile) => {
  const pushed = new Map<Node, Node[]>()
  for (const call of goingBy(methodCallsOf(file), ['push', 'unshift'])) {
    const list = call.callee.type === 'MemberExpression' ? call.callee.object : undefined
    const binding = list?.type === 'Identifier' ? lookUp(file.scopes, list, list.name) : undefined
    if (binding) for (const value of call.arguments) append(pushed, binding.node, value)
  }
  return pushed
})

/** What is written to names that are declared nowhere, by name. */
export const undeclaredWrites = once((file: SourceFile) => {
  const writes = new Map<string, Of<'AssignmentExpression'>[]>()
  for (const item of file.assignments) {
    if (item.left.type !== 'Identifier' || lookUp(file.scopes, item, item.left.name)) continue
    append(writes, item.left.name, item)
  }
  return writes
})

/** Fields that middleware writes over what came: `req.body.userId = req.session.user.id`. */
export const overwrittenInBody = atOnce((file: SourceFile) =>
  file.assignments.flatMap(({ left, right }) => {
    if (left.type !== 'MemberExpression' || !/\b(req|request)\.body\.\w+$/.test(pathOf(left))) return []
    const around = functionAround(left)
    const isBetween = around?.params.length === 3 && parameterName(around.params[2])?.name === 'next'
    const given = file.text.slice(right.start, right.end)
    return isBetween && !/\b(body|query|params|headers|cookies)\b/.test(given) ? [keyOf(left) ?? ''] : []
  }),
)

/** The value that a name was last given on every way to a use of it; undefined when what it began with may still be there. */
export function overwrittenBefore({ writes }: Binding, use: Node): Node | undefined {
  return writes.findLast(({ end, parent: assignment }) => {
    const statement =
      assignment?.type === 'AssignmentExpression' && assignment.operator === '=' ? assignment.parent : null
    const block = statement?.type === 'ExpressionStatement' ? statement.parent : null
    return block?.type === 'BlockStatement' && end < use.start && contains(block, use)
  })
}

/** A text that is written at a place, or given to the name there; undefined for any other value. */
export function constantText(node: Node, file: SourceFile): string | undefined {
  const constant = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : undefined
  return literalText(constant ?? node)
}

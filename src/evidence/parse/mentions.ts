import { visitorKeys } from 'oxc-parser'
import { keyOf, type CallNode, type Node, type Of } from './ast.ts'
import { lookUp, type Binding } from './scopes.ts'
import type { SourceFile } from './source-file.ts'

/** The places below a node where a name is read or written, in source order; keys and types are left out. */
export function mentionsOf(name: string, within: Node): Of<'Identifier'>[] {
  const found: Of<'Identifier'>[] = []
  visit(within, name, found)
  return found
}

/** As `mentionsOf`, of what is declared under the name at one place, without that place. */
export function usesOf(binding: Binding, within: Node, file: SourceFile): Of<'Identifier'>[] {
  return mentionsOf(binding.name, within).filter(
    (node) => node !== binding.node && lookUp(file.scopes, node, binding.name) === binding,
  )
}

/** Whether one of the names stands in what a call is given. */
export function isGiven({ arguments: given }: CallNode, names: readonly string[]): boolean {
  return given.some((argument) => names.some((name) => mentionsOf(name, argument).length > 0))
}

function visit(node: Node, name: string, found: Of<'Identifier'>[]): void {
  if (node.type === 'Identifier') {
    if (node.name === name && !isKey(node)) found.push(node)
    return
  }
  if (node.type.startsWith('TSType')) return
  for (const key of visitorKeys[node.type] ?? []) {
    // The visitor keys of a node type name properties that hold a node, a list of nodes, or null.
    const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
    if (!child) continue
    if (Array.isArray(child)) {
      for (const item of child) if (item) visit(item, name, found)
    } else visit(child, name, found)
  }
}

function isKey(node: Of<'Identifier'>): boolean {
  const { parent } = node
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed
  if (parent?.type === 'Property') return parent.key === node && !parent.computed
  return parent !== null && parent !== undefined && /^(MethodDefinition|PropertyDefinition)$/.test(parent.type)
    ? keyOf(parent) === node.name
    : false
}

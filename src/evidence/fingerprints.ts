import { createHash } from 'node:crypto'
import { visitorKeys } from 'oxc-parser'
import { contains, isFunction, type Node } from './parse/ast.ts'

/** Numbers equal identities in the order they are asked for, so that each gets a fingerprint of its own. */
export function createFingerprints(): (identity: string) => string {
  const counts = new Map<string, number>()
  return (identity) => {
    const count = counts.get(identity) ?? 0
    counts.set(identity, count + 1)
    return createHash('sha256').update(`${identity}\n${count}`).digest('hex').slice(0, 32)
  }
}

/** What a node and the expression or statement it is part of say, free of layout, comments, quote style and parentheses. */
export function plainCode(node: Node): string {
  const parts: string[] = []
  write(unitOf(node), node, parts)
  return parts.join(' ')
}

/** The expression, declaration or property a reader sees quoted; never more than the function around it. */
function unitOf(node: Node): Node {
  let at = node
  while (at.parent && !isFunction(at) && !endsUnit.test(at.type)) {
    if (isFunction(at.parent) || /Statement$|^(Program|ClassBody|SwitchCase)$/.test(at.parent.type)) break
    at = at.parent
  }
  return at
}

const endsUnit =
  /Statement$|^(Program|Property|SpreadElement|ClassDeclaration|ImportDeclaration|TemplateElement)$|^(Method|Property)Definition$/

/** Bodies of functions are left out unless the node itself is or holds them: they are other code. */
function write(at: Node, node: Node, parts: string[]): void {
  parts.push(at.type, ...scalarsOf(at))
  for (const key of visitorKeys[at.type] ?? []) {
    // The visitor keys of a node type name properties that hold a node, a list of nodes, or null.
    const child = (at as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
    for (const item of Array.isArray(child) ? child : [child]) {
      if (!item || (key === 'body' && isFunction(at) && !contains(node, at))) continue
      write(item, node, parts)
    }
  }
  parts.push(')')
}

function scalarsOf(node: Node): string[] {
  switch (node.type) {
    case 'Literal':
      if ('regex' in node) return [`/${node.regex.pattern}/${node.regex.flags}`]
      return [typeof node.value === 'string' ? JSON.stringify(withoutFolders(node.value)) : String(node.value)]
    case 'TemplateElement':
      return [node.value.raw]
    case 'Identifier':
    case 'JSXIdentifier':
    case 'PrivateIdentifier':
      return [node.name]
    default:
      return ['operator', 'kind', 'async', 'generator', 'computed', 'static', 'optional', 'prefix', 'value'].flatMap(
        (key) => scalarText(node, key),
      )
  }
}

function scalarText(node: Node, key: string): string[] {
  // Only some node types have these; what is not a scalar is written as a child.
  const value = (node as unknown as Record<string, unknown>)[key]
  if (typeof value === 'string') return [value]
  return value === true ? [key] : []
}

/** Imports of a file that moved keep its name. */
function withoutFolders(text: string): string {
  return /^\.\.?\//.test(text) ? text.slice(text.lastIndexOf('/') + 1) : text
}

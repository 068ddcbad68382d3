import { isFunction, keyOf, pathOf, type FunctionNode, type Node } from '../parse/ast.ts'

/** The name a function is exported by, itself or in a wrapper; `handler` needs no export to be one. */
export function exportedName(node: FunctionNode): string | undefined {
  let at: Node = node
  while (at.parent?.type === 'CallExpression' && at.parent.callee !== at) at = at.parent
  const holder = at.parent
  if (holder?.type === 'AssignmentExpression')
    return /^(module\.)?exports\.\w+$/.test(pathOf(holder.left)) ? keyOf(holder.left) : undefined
  if (holder?.type === 'Property') return keyOf(holder) === 'handler' ? 'handler' : undefined
  const isDeclared = holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier'
  const name = isDeclared ? pathOf(holder.id) : isFunction(at) ? at.id?.name : undefined
  const statement = isDeclared ? holder.parent : at
  return name === 'handler' || statement?.parent?.type === 'ExportNamedDeclaration' ? name : undefined
}

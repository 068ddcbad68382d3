import { contains, type Node } from '../parse/ast.ts'

/** Whether no run of a function passes both nodes: they stand in two branches of an `if`, or in a `try` and its `catch`. */
export function standApart(one: Node, other: Node): boolean {
  for (let at = one.parent; at; at = at.parent) {
    if (!contains(at, other)) continue
    const [first, second] = waysOf(at)
    return (
      first !== undefined &&
      second !== undefined &&
      ((contains(first, one) && contains(second, other)) || (contains(first, other) && contains(second, one)))
    )
  }
  return false
}

function waysOf(node: Node): (Node | undefined)[] {
  if (node.type === 'IfStatement') return [node.consequent, node.alternate ?? undefined]
  return node.type === 'TryStatement' ? [node.block, node.handler ?? undefined] : []
}

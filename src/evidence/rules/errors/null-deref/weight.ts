import { pathOf, unwrap, type CallNode, type Node } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'
import { holdsKey, isConstant } from './settled-keys.ts'

/** What another row refers to, or what was put there once for all, is missing once in a while: nobody may ask for it. */
export function weightOfMissing({ arguments: [filter] }: CallNode): Pick<Match, 'severity'> {
  return filter && isSettled(filter) ? { severity: 'low' } : {}
}

function isSettled(node: Node): boolean {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression')
    return (
      inner.properties.length > 0 &&
      inner.properties.every((property) => property.type === 'Property' && isSettled(property.value))
    )
  return isConstant(inner) || holdsKey.test(pathOf(inner))
}

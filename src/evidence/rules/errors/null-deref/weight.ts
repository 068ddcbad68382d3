import { literalText, pathOf, unwrap, type CallNode, type Node } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

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

/** A text that is written, or the member of a list of names: a row that was put there with the code. */
export function isConstant(node: Node): boolean {
  return literalText(node) !== undefined || /^[A-Z]\w*(\.\w+)+$/.test(pathOf(node))
}

/** The key of, or in, something that is no input: another row. */
export const holdsKey =
  /^(?!(req|request|params|query|body|dto|data|input|args|payload|event|ctx|context)\.)\w+\.(_?id|\w*(Id|ID|_id))$/

import { literalText, pathOf, type Node } from '../../../parse/ast.ts'

/** A text that is written, or the member of a list of names: a row that was put there with the code. */
export function isConstant(node: Node): boolean {
  return literalText(node) !== undefined || /^[A-Z]\w*(\.\w+)+$/.test(pathOf(node))
}

/** The key of, or in, something that is no input: another row. */
export const holdsKey =
  /^(?!(req|request|params|query|body|dto|data|input|args|payload|event|ctx|context)\.)\w+\.(_?id|\w*(Id|ID|_id))$/

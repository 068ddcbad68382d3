import { functionAround } from '../parse/ast.ts'
import { before } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Declares a name where it first gets a value. */
export const declareName: CodeFix = ({ node, file }) => {
  const assignment = node.parent
  if (node.type !== 'Identifier' || assignment?.type !== 'AssignmentExpression' || assignment.operator !== '=')
    return undefined
  const holder = assignment.parent
  const around = functionAround(node)
  const writes = file.assignments.filter(
    ({ left }) => left.type === 'Identifier' && left.name === node.name && functionAround(left) === around,
  )
  const isFirst = writes[0] === assignment
  if (!isFirst || (holder?.type !== 'ExpressionStatement' && holder?.type !== 'ForStatement')) return undefined
  const isOnly = writes.length === 1 && holder.type === 'ExpressionStatement'
  return { edits: [before(node, isOnly ? 'const ' : 'let ')] }
}

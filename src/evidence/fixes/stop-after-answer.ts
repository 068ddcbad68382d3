import { ancestor, functionAround } from '../parse/ast.ts'
import { lineAt } from '../parse/source-file.ts'
import { before } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Returns where the first of two answers is given. */
export const stopAfterAnswer: CodeFix = ({ node, file, match }) => {
  const statement = node.parent
  if (!/does not return/.test(match.message) || statement?.type !== 'ExpressionStatement') return undefined
  const condition = ancestor(statement, ({ type }) => type === 'IfStatement', functionAround(node))
  const isShort = condition && lineAt(file.lineStarts, condition.end) - lineAt(file.lineStarts, statement.start) < 6
  return { edits: [before(statement, 'return ')], within: isShort ? condition : statement }
}

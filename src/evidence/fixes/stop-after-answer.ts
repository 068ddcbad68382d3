import { ancestor, functionAround } from '../parse/ast.ts'
import { lineAt } from '../parse/source-file.ts'
import { before, givesNothing, lineAfter } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Returns where the first of two answers is given. */
export const stopAfterAnswer: CodeFix = ({ node, file, match }) => {
  const statement = node.parent
  if (!/does not return/.test(match.message) || statement?.type !== 'ExpressionStatement') return undefined
  const condition = ancestor(statement, ({ type }) => type === 'IfStatement', functionAround(node))
  const isShort = condition && lineAt(file.lineStarts, condition.end) - lineAt(file.lineStarts, statement.start) < 6
  const within = isShort ? condition : statement
  if (!givesNothing(functionAround(node), file)) return { edits: [before(statement, 'return ')], within }
  if (statement.parent?.type !== 'BlockStatement') return undefined
  return { edits: [lineAfter(statement, 'return', file)], within: condition ?? statement.parent }
}

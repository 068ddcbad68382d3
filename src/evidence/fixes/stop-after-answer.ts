import { ancestor, functionAround, pathOf, type Node } from '../parse/ast.ts'
import { lineAt } from '../parse/source-file.ts'
import { before, givesNothing, lineAfter } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

/** Returns where the first of two answers is given. */
export const stopAfterAnswer: CodeFix = ({ node, file, match }) => {
  const statement = node.parent
  if (!/does not return/.test(match.message) || statement?.type !== 'ExpressionStatement') return undefined
  const condition = ancestor(statement, ({ type }) => type === 'IfStatement', functionAround(node))
  const isShort = condition && lineAt(file.lineStarts, condition.end) - lineAt(file.lineStarts, statement.start) < 6
  const within = isShort ? condition : statement
  const handedOn = goesOnAfter(statement)
  const without: Edit[] = handedOn ? [{ start: statement.end, end: handedOn.end, text: '' }] : []
  if (!givesNothing(functionAround(node), file)) return { edits: [before(statement, 'return '), ...without], within }
  if (handedOn) return undefined
  if (statement.parent?.type !== 'BlockStatement') return undefined
  return { edits: [lineAfter(statement, 'return', file)], within: condition ?? statement.parent }
}

/** `next(error)` on the line below: what is answered is not handed on as well. */
function goesOnAfter(statement: Node): Node | undefined {
  if (statement.parent?.type !== 'BlockStatement') return undefined
  const { body } = statement.parent
  const after = body[body.findIndex((item) => item === statement) + 1]
  const call =
    after?.type === 'ReturnStatement' ? after.argument : after?.type === 'ExpressionStatement' && after.expression
  return call && call.type === 'CallExpression' && pathOf(call.callee) === 'next' ? after : undefined
}

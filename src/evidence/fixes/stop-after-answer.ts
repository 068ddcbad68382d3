import { ancestor, contains } from '../parse/ast.ts'
import { lineAt } from '../parse/source-file.ts'
import { lineOf } from '../rules/places.ts'
import { before } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Returns where the first of two answers is given. */
export const stopAfterAnswer: CodeFix = ({ node, file, match }) => {
  const line = Number(/ on line (\d+), which does not return/.exec(match.message)?.[1])
  const answer = file.calls.findLast(
    (call) => call.parent?.type === 'ExpressionStatement' && !contains(call, node) && lineOf(call, file) === line,
  )
  if (!answer?.parent) return undefined
  const condition = ancestor(answer, ({ type }) => type === 'IfStatement')
  const isNear = condition && !contains(condition, node) && lineAt(file.lineStarts, condition.end) - line < 6
  return { edits: [before(answer.parent, 'return ')], within: isNear ? condition : answer.parent }
}

import { literalText } from '../parse/ast.ts'
import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Makes an error with the status that its text says, where the status is written beside it. */
export const throwStatus: CodeFix = ({ node, match }) => {
  const [, written, meant] = /^(\d{3}) is not what the text says: .* is (\d{3})\.$/.exec(match.message) ?? []
  const made = node.type === 'ThrowStatement' ? node.argument : node
  if (meant === undefined || (made.type !== 'NewExpression' && made.type !== 'CallExpression')) return undefined
  const status = made.arguments.find((argument) => literalText(argument) === written)
  return status && { edits: [replace(status, meant)] }
}

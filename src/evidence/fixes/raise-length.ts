import { keyOf, literalText, type Node } from '../parse/ast.ts'
import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Asks for eight characters where fewer were enough, in the words of the place. */
export const raiseLength: CodeFix = ({ node, match }) => {
  const length = /^Passwords of (\d) characters are accepted\.$/.exec(match.message)?.[1]
  const literal = length === undefined ? undefined : numberIn(node, length)
  return literal && { edits: [replace(literal, '8')] }
}

function numberIn(node: Node, length: string): Node | undefined {
  if (literalText(node) === length) return node
  const [call] = [node, node.parent].flatMap((at) => (at?.type === 'CallExpression' ? [at] : []))
  if (!call || !/min|length/i.test(keyOf(call.callee) ?? '')) return undefined
  return call.arguments.find((argument) => literalText(argument) === length)
}

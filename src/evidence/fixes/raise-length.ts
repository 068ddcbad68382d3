import { ancestor, keyOf, literalText, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

/** Asks for eight characters where fewer were enough, in the words of the place. */
export const raiseLength: CodeFix = ({ node, file, match }) => {
  const length = /^Passwords of (\d) characters are accepted\.$/.exec(match.message)?.[1]
  const literal = length === undefined ? undefined : numberIn(node, length)
  if (!literal || length === undefined) return undefined
  return { edits: [replace(literal, '8'), ...toldAs(length, literal, file)] }
}

/** Where the number stands in a text beside it: `message: 'at least 6 characters'`. */
function toldAs(length: string, literal: Node, file: SourceFile): Edit[] {
  const place = ancestor(literal, ({ type }) => /^(IfStatement|CallExpression)$/.test(type))
  if (!place || file.text.slice(place.start, place.end).split('\n').length > 6) return []
  const { start } = place
  const told = file.text
    .slice(literal.end, place.end)
    .matchAll(new RegExp(String.raw`(?<=['"\`][^'"\`\n]*)\b${length}\b(?=[^'"\`\n]*['"\`])`, 'g'))
  return [...told]
    .map(({ index }) => ({ start: literal.end + index, end: literal.end + index + length.length, text: '8' }))
    .filter((edit) => edit.start > start)
}

function numberIn(node: Node, length: string): Node | undefined {
  if (literalText(node) === length) return node
  const [call] = [node, node.parent].flatMap((at) => (at?.type === 'CallExpression' ? [at] : []))
  if (!call || !/min|length/i.test(keyOf(call.callee) ?? '')) return undefined
  return call.arguments.find((argument) => literalText(argument) === length)
}

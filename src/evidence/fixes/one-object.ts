import { ancestor } from '../parse/ast.ts'
import type { CodeFix } from './fix-here.ts'

/** Puts the options of two objects into the one that is read. */
export const oneObject: CodeFix = ({ node, match }) => {
  const call = node.type === 'CallExpression' ? node : ancestor(node, ({ type }) => type === 'CallExpression')
  if (call?.type !== 'CallExpression' || !match.message.includes('takes one object')) return undefined
  const [first, second] = call.arguments
  if (first?.type !== 'ObjectExpression' || second?.type !== 'ObjectExpression') return undefined
  const [last, next] = [first.properties.at(-1), second.properties[0]]
  if (!last || !next || call.arguments.length !== 2) return undefined
  return { within: call, edits: [{ start: last.end, end: next.start, text: ', ' }] }
}

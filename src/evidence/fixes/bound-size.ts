import { pathOf, type Node, type Of } from '../parse/ast.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** From one to a hundred rows, whatever the caller asks for: MongoDB takes `-5` for 5, SQLite for all. */
export const boundSize: CodeFix = ({ node, file }) => {
  // `+limit` makes a number, and so does what comes in its place.
  const inner: Node = isPlus(node) ? node.argument : node
  const whole = inner === node && inner.parent && isPlus(inner.parent) ? inner.parent : node
  const text = source(inner, file)
  if (inner.type === 'LogicalExpression') return { edits: [replace(whole, `Math.min(Math.max(${text}, 1), 100)`)] }
  const isNumber = inner.type === 'CallExpression' && /^(Number|parseInt|Number\.parseInt)$/.test(pathOf(inner.callee))
  if (!isNumber && inner.type !== 'Identifier' && inner.type !== 'MemberExpression') return undefined
  return { edits: [replace(whole, `Math.min(Math.max(${isNumber ? text : `Number(${text})`} || 20, 1), 100)`)] }
}

function isPlus(node: Node): node is Of<'UnaryExpression'> {
  return node.type === 'UnaryExpression' && node.operator === '+'
}

import { pathOf } from '../parse/ast.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** From one to a hundred rows, whatever the caller asks for: MongoDB takes `-5` for 5, SQLite for all. */
export const boundSize: CodeFix = ({ node, file }) => {
  const text = source(node, file)
  if (node.type === 'LogicalExpression') return { edits: [replace(node, `Math.min(Math.max(${text}, 1), 100)`)] }
  const isNumber = node.type === 'CallExpression' && /^(Number|parseInt|Number\.parseInt)$/.test(pathOf(node.callee))
  if (!isNumber && node.type !== 'Identifier' && node.type !== 'MemberExpression') return undefined
  const { parent } = node
  // `+limit` is a number already.
  const whole = parent?.type === 'UnaryExpression' && parent.operator === '+' ? parent : node
  return { edits: [replace(whole, `Math.min(Math.max(${isNumber ? text : `Number(${text})`} || 20, 1), 100)`)] }
}

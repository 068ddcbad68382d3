import { pathOf } from '../parse/ast.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** At most a hundred rows, whatever the caller asks for. */
export const boundSize: CodeFix = ({ node, file }) => {
  const text = source(node, file)
  if (node.type === 'LogicalExpression') return { edits: [replace(node, `Math.min(${text}, 100)`)] }
  const isNumber = node.type === 'CallExpression' && /^(Number|parseInt|Number\.parseInt)$/.test(pathOf(node.callee))
  if (!isNumber && node.type !== 'Identifier' && node.type !== 'MemberExpression') return undefined
  return { edits: [replace(node, `Math.min(${isNumber ? text : `Number(${text})`} || 20, 100)`)] }
}

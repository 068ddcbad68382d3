import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** `value === NaN` as a question that can be true. */
export const askNumber: CodeFix = ({ node, file, match }) => {
  if (node.type !== 'BinaryExpression' || !match.message.includes('`Number.isNaN`')) return undefined
  const value = source(node.right, file) === 'NaN' ? node.left : node.right
  return { edits: [replace(node, `${node.operator.startsWith('!') ? '!' : ''}Number.isNaN(${source(value, file)})`)] }
}

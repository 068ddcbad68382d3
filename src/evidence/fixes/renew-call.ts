import { keyOf, literalText } from '../parse/ast.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const renamed: Readonly<Record<string, string>> = { del: 'delete', sendfile: 'sendFile' }

/** The call that took the place of one that is deprecated. */
export const renewCall: CodeFix = ({ node, file }) => {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const [first] = node.arguments
    if (source(node.callee, file) === 'Buffer' && first) {
      const isSize = first.type === 'Literal' && /^\d+$/.test(literalText(first) ?? '')
      const rest = file.text.slice(first.start, node.end)
      return { edits: [replace(node, `Buffer.${isSize ? 'alloc' : 'from'}(${rest}`)] }
    }
    const name = node.callee.type === 'MemberExpression' ? renamed[keyOf(node.callee) ?? ''] : undefined
    if (name !== undefined && node.callee.type === 'MemberExpression')
      return { edits: [replace(node.callee.property, name)] }
  }
  return undefined
}

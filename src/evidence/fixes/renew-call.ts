import { keyOf, literalText, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const renamed: Readonly<Record<string, string>> = { del: 'delete', sendfile: 'sendFile' }

/** What says how many bytes there are to be: `Buffer.from` takes none. */
function isNumber(value: Node, file: SourceFile): boolean {
  if (value.type === 'BinaryExpression')
    return /^[-*/+]$/.test(value.operator) && [value.left, value.right].some((side) => isNumber(side, file))
  if (value.type === 'Literal') return /^\d+$/.test(literalText(value) ?? '') && typeof value.value === 'number'
  return /(^|\.)(byte)?(length|size|len|bytes)$/i.test(source(value, file))
}

/** The call that took the place of one that is deprecated. */
export const renewCall: CodeFix = ({ node, file }) => {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const [first] = node.arguments
    if (source(node.callee, file) === 'Buffer' && first) {
      const isSize = isNumber(first, file)
      const rest = file.text.slice(first.start, node.end)
      return { edits: [replace(node, `Buffer.${isSize ? 'alloc' : 'from'}(${rest}`)] }
    }
    const name = node.callee.type === 'MemberExpression' ? renamed[keyOf(node.callee) ?? ''] : undefined
    if (name !== undefined && node.callee.type === 'MemberExpression')
      return { edits: [replace(node.callee.property, name)] }
  }
  return undefined
}

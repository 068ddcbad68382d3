import type { Node } from '../parse/ast.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** `RegExp.escape` came with Node.js 24; the replacement before it is that of MDN's guide to regular expressions. */
const since = 24

/** Takes the value as the characters it consists of. */
export const escapePattern: CodeFix = ({ node, file, codebase }) => {
  const value = patternIn(node)
  if (value?.type !== 'Identifier' && value?.type !== 'MemberExpression') return undefined
  const text = `String(${source(value, file)})`
  const isNew = (codebase.project.node.inUse?.major ?? 0) >= since
  return {
    edits: [replace(value, isNew ? `RegExp.escape(${text})` : `${text}.replace(/[.*+?^\${}()|[\\]\\\\]/g, '\\\\$&')`)],
  }
}

function patternIn(node: Node): Node | undefined {
  if (node.type === 'Property') return node.value
  return node.type === 'CallExpression' || node.type === 'NewExpression' ? node.arguments[0] : undefined
}

import { keyOf, literalText, propertyOf, type Node, type Of } from '../parse/ast.ts'
import { addOption, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Verifies what was only decoded, ends what never ended, and takes back what switched a check off. */
export const tokenOptions: CodeFix = ({ node, file, codebase, match }) => {
  if (literalText(node) === 'true') return { edits: [replace(node, 'false')] }
  const algorithms = match.message.includes('`none`') ? listIn(node) : undefined
  if (algorithms) {
    const safe = algorithms.elements.filter((item) => item && !/^none$/i.test(literalText(item) ?? ''))
    const names = safe.map((item) => (item ? source(item, file) : ''))
    return { edits: [replace(algorithms, `[${names.length > 0 ? names.join(', ') : "'HS256'"}]`)] }
  }
  if (node.type !== 'CallExpression') return undefined
  const name = codebase.meanings.nameOf(node.callee, file)
  if (name === 'jsonwebtoken.sign' && node.arguments.length === 2) {
    const edit = addOption(node, 2, "expiresIn: '15m'", file)
    return edit && { edits: [edit] }
  }
  const token = node.arguments[0]
  if (name !== 'jsonwebtoken.decode' || !token || node.callee.type !== 'MemberExpression') return undefined
  const verify = `${source(node.callee.object, file)}.verify(${source(token, file)}, process.env.JWT_SECRET, { algorithms: ['HS256'] })`
  return keyOf(node.callee) === 'decode' ? { edits: [replace(node, verify)] } : undefined
}

function listIn(node: Node): Of<'ArrayExpression'> | undefined {
  const inside = node.type === 'CallExpression' ? node.arguments.map((item) => propertyOf(item, 'algorithms')) : [node]
  return inside.find((item) => item?.type === 'ArrayExpression')
}

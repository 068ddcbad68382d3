import { literalText, propertyOf } from '../parse/ast.ts'
import { addOption, addProperties, replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const flags = { httpOnly: 'true', secure: 'true', sameSite: "'lax'" }

/** Sets what keeps a cookie from scripts, plain HTTP and other sites. */
export const hardenCookie: CodeFix = ({ node, file, codebase }) => {
  if (literalText(node) === 'false') return { edits: [replace(node, 'true')] }
  if (node.type === 'ObjectExpression') {
    const missing = Object.entries(flags).filter(([name]) => !propertyOf(node, name))
    const edit = addProperties(node, missing.map(([name, value]) => `${name}: ${value}`).join(', '), file)
    return edit && missing.length > 0 ? { edits: [edit] } : undefined
  }
  if (node.type !== 'CallExpression') return undefined
  const isSession = codebase.sessions.some(({ call }) => call === node)
  const all = Object.entries(flags)
  if (isSession) {
    const edit = addOption(node, 0, `cookie: { ${all.map(([name, value]) => `${name}: ${value}`).join(', ')} }`, file)
    return edit && { edits: [edit] }
  }
  if (!/\.(cookie|setCookie)\($/.test(file.text.slice(node.callee.start, node.arguments[0]?.start ?? 0)))
    return undefined
  const options = node.arguments[2]
  const off = Object.keys(flags)
    .map((name) => propertyOf(options, name))
    .filter((value) => value && literalText(value) === 'false')
  if (off.length > 0) return { edits: off.flatMap((value) => (value ? [replace(value, 'true')] : [])) }
  const unset = all.filter(([name]) => !propertyOf(options, name))
  const edit = addOption(node, 2, unset.map(([name, value]) => `${name}: ${value}`).join(', '), file)
  return edit && unset.length > 0 ? { edits: [edit] } : undefined
}

import { decoratorName, decoratorsOf } from '../facts/handlers.ts'
import { keyOf } from '../parse/ast.ts'
import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** What changes something is asked for by DELETE where it removes, else by POST. */
export const changeMethod: CodeFix = ({ node, match }) => {
  const path = /^GET (\S*) (changes state|takes a password)/.exec(match.message)?.[1]
  if (path === undefined) return undefined
  const method = /delete|destroy|remove/i.test(path) ? 'delete' : 'post'
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression')
    return keyOf(node.callee) === 'get' ? { edits: [replace(node.callee.property, method)] } : undefined
  const decorator = decoratorsOf(node).find((item) => decoratorName(item) === 'Get')
  const name = decorator?.expression.type === 'CallExpression' ? decorator.expression.callee : undefined
  return name && { edits: [replace(name, method === 'delete' ? 'Delete' : 'Post')] }
}

import { decoratorName, decoratorsOf } from '../facts/handlers.ts'
import { bodyText } from '../facts/responses.ts'
import { keyOf } from '../parse/ast.ts'
import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** What changes something is asked for by DELETE where it removes and no page asks for it, else by POST. */
export const changeMethod: CodeFix = ({ node, match, codebase }) => {
  const path = /^GET (\S*) changes state/.exec(match.message)?.[1]
  if (path === undefined) return undefined
  const handler = codebase.web.routes.find((route) => route.node === node)?.handler
  // A form sends what it asks in the body.
  if (handler && /\.query\b/.test(bodyText(handler.node, handler.file))) return undefined
  // What sends a browser on is asked for by a form, which knows no DELETE.
  const isOfPage = handler !== undefined && /\.(redirect|render)\(/.test(bodyText(handler.node, handler.file))
  const method = /delete|destroy|remove/i.test(path) && !isOfPage ? 'delete' : 'post'
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression')
    return keyOf(node.callee) === 'get' ? { edits: [replace(node.callee.property, method)] } : undefined
  const decorator = decoratorsOf(node).find((item) => decoratorName(item) === 'Get')
  const name = decorator?.expression.type === 'CallExpression' ? decorator.expression.callee : undefined
  return name && { edits: [replace(name, method === 'delete' ? 'Delete' : 'Post')] }
}

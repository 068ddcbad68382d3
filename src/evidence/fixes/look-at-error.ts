import { isFunction, parameterName } from '../parse/ast.ts'
import { requestOf } from '../rules/places.ts'
import { before, calledBack, indentAt, passError } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** A callback first hands its error on: to the error handler, or to the callback of the function around. */
export const lookAtError: CodeFix = ({ node, file, codebase }) => {
  const error = isFunction(node) ? parameterName(node.params[0])?.name : undefined
  const first = isFunction(node) && node.body?.type === 'BlockStatement' ? node.body.body[0] : undefined
  if (!isFunction(node) || error === undefined || !first) return undefined
  const handler = requestOf(codebase, node)
  const passed = (handler && passError(handler, node, file)) ?? calledBack(node, file)
  if (!passed) return undefined
  const line = `if (${error}) return ${passed.name}(${error})`
  return { edits: [...passed.edits, before(first, `${line}\n${indentAt(first, file)}`)], within: node }
}

import { chainTop } from '../facts/promises.ts'
import { isFunction, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { requestOf } from '../rules/places.ts'
import { passError, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const errorNames = /^_?(e|err|error|ex|exception)$/i

/** Leaves the answer to the error handler, which logs the error and shows none of it. */
export const hideError: CodeFix = ({ node, file, codebase, match }) => {
  const error = match.message.startsWith('The answer holds') ? caughtAround(node, file) : undefined
  const handler = requestOf(codebase, node)
  const passed = handler && error !== undefined ? passError(handler, node, file) : undefined
  const top = chainTop(node)
  if (!passed || (top.parent?.type !== 'ExpressionStatement' && top.parent?.type !== 'ReturnStatement'))
    return undefined
  return { edits: [...passed.edits, replace(top, `${passed.name}(${error})`)] }
}

/** The name of what was caught: of a `catch` block, or the first parameter of the callback around. */
function caughtAround(node: Node, file: SourceFile): string | undefined {
  for (let at = node.parent; at; at = at.parent) {
    const parameter = at.type === 'CatchClause' ? at.param : isFunction(at) ? at.params[0] : undefined
    if (parameter?.type === 'Identifier' && errorNames.test(parameter.name))
      return new RegExp(`\\b${parameter.name}\\b`).test(source(node, file)) ? parameter.name : undefined
  }
  return undefined
}

import { requestOf } from '../rules/places.ts'
import { functionAround, type Node } from '../parse/ast.ts'
import { addOption, caughtAround, passError, replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Hands an error on that was dropped: to the error handler, or as the cause of the one thrown instead. */
export const keepError: CodeFix = ({ node, file, codebase, match }) => {
  if (match.message.includes('is called without the error') && node.type === 'CallExpression') {
    const error = caughtAround(node)
    return error === undefined || node.arguments.length > 0
      ? undefined
      : { edits: [{ start: node.end - 1, end: node.end - 1, text: error }] }
  }
  if (node.type !== 'CatchClause' || node.param?.type !== 'Identifier') return undefined
  const error = node.param.name
  if (match.message.startsWith('The error is caught and dropped')) {
    const handler = requestOf(codebase, node)
    const passed = handler && functionAround(node) === handler.node ? passError(handler, node, file) : undefined
    return passed && { edits: [...passed.edits, replace(node.body, `{ ${passed.name}(${error}) }`)] }
  }
  const thrown = node.body.body.length === 1 ? thrownBy(node.body.body[0]) : undefined
  if (!thrown) return undefined
  if (thrown.arguments.length === 0)
    return { edits: [{ start: thrown.end - 1, end: thrown.end - 1, text: `undefined, { cause: ${error} }` }] }
  const edit = thrown.arguments.length === 1 ? addOption(thrown, 1, `cause: ${error}`, file) : undefined
  return edit && { edits: [edit] }
}

/** Errors of the language and of NestJS take a cause as their second argument. */
function thrownBy(statement: Node | undefined) {
  const made = statement?.type === 'ThrowStatement' ? statement.argument : undefined
  if (made?.type !== 'NewExpression' || made.callee.type !== 'Identifier') return undefined
  return /^(Type|Range)?Error$|^[A-Z]\w+Exception$/.test(made.callee.name) ? made : undefined
}

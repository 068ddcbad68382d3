import { keyOf } from '../parse/ast.ts'
import { replace, source, statusIn } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Answers with the status that says what happened. */
export const answerStatus: CodeFix = ({ node, file, match }) => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const status = statusMeant(match.message, source(node, file))
  if (status === undefined) return undefined
  const written = keyOf(node.callee) === 'sendStatus' ? node.arguments[0] : statusIn(node.callee.object)
  if (written) return { edits: [replace(written, status)] }
  const { end, type } = node.callee.object
  return type === 'Identifier' ? { edits: [{ start: end, end, text: `.status(${status})` }] } : undefined
}

/** RFC 9110, section 15. */
function statusMeant(message: string, answer: string): string | undefined {
  const said = /(?:is|are|with) (4\d\d|500)\.$/.exec(message)?.[1]
  if (said !== undefined) return said
  if (message.startsWith('201 says')) return '200'
  if (message.startsWith('The page says that nothing was found')) return '404'
  if (message === 'This answers a failure with status 200.')
    return /already|taken|duplicate/i.test(answer) ? '409' : /not found|no such/i.test(answer) ? '404' : '500'
  if (!message.startsWith('The body says that it failed')) return undefined
  if (/not found|not exist|no such/i.test(answer)) return '404'
  return /unauthori|credential|password|not logged/i.test(answer) ? '401' : '400'
}

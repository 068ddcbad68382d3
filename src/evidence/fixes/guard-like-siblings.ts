import { isAuthStep } from '../facts/access-control.ts'
import { before, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Asks who is calling as the other routes of the file do. */
export const guardLikeSiblings: CodeFix = ({ node, codebase, file, match }) => {
  const route = codebase.web.routes.find((item) => item.node === node)
  if (route?.framework !== 'express' || node.type !== 'CallExpression' || /role/.test(match.message)) return undefined
  const guard = codebase.web.routes
    .filter((other) => other.file === file && other !== route)
    .flatMap((other) => other.own.filter((step) => isAuthStep(step) && step.file === file))
    .find((step) => source(step.node, file).length < 80)
  const handler = node.arguments[node.arguments[0]?.type === 'Literal' ? 1 : 0]
  return guard && handler && { edits: [before(handler, `${source(guard.node, file)}, `)] }
}

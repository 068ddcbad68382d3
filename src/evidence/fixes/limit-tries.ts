import { before, loadLine } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Ten tries in fifteen minutes before the handler of an Express route. */
export const limitTries: CodeFix = ({ node, codebase, file }) => {
  const route = codebase.web.routes.find((item) => item.node === node)
  if (route?.framework !== 'express' || node.type !== 'CallExpression') return undefined
  const handler = node.arguments[node.arguments[0]?.type === 'Literal' ? 1 : 0]
  if (!handler) return undefined
  return {
    edits: [before(handler, 'rateLimit({ windowMs: 15 * 60_000, limit: 10 }), ')],
    imports: [loadLine('rateLimit', 'express-rate-limit', file)],
  }
}

import { before, firstHandler, loadLine } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Ten tries in fifteen minutes before the handler of an Express route. */
export const limitTries: CodeFix = (place) => {
  const handler = firstHandler(place)
  if (!handler) return undefined
  return {
    edits: [before(handler, 'rateLimit({ windowMs: 15 * 60_000, limit: 10 }), ')],
    imports: [loadLine('rateLimit', 'express-rate-limit', place.file)],
  }
}

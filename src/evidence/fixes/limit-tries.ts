import { lowestVersion } from '../facts/versions.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { before, firstHandler, loadLine, loadWhole } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Ten tries in fifteen minutes before the handler of an Express route. */
export const limitTries: CodeFix = (place) => {
  const handler = firstHandler(place)
  if (!handler) return undefined
  const used = place.codebase.project.dependencies.find(({ name }) => name === 'express-rate-limit')
  const major = Number.parseInt((used && (used.installed ?? lowestVersion(used.range))) ?? '8', 10)
  // The option was called `max` before version 7, and the function had no name before version 6.
  const option = major < 7 ? 'max' : 'limit'
  const load = major < 6 ? loadWhole : (name: string, from: string, file: SourceFile) => loadLine(name, from, file)
  return {
    edits: [before(handler, `rateLimit({ windowMs: 15 * 60_000, ${option}: 10 }), `)],
    imports: /\brateLimit\b.*express-rate-limit/.test(place.file.text)
      ? []
      : [load('rateLimit', 'express-rate-limit', place.file)],
  }
}

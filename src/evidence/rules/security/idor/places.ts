import type { Handler } from '../../../facts/handlers.ts'
import type { Query } from '../../../facts/queries.ts'
import type { Trace } from '../../../facts/trace.ts'
import type { Route } from '../../../facts/web.ts'
import type { Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** An administrator’s routes are about other people’s data. */
export function isAdministration(route: Route): boolean {
  return /admin|manage|back-?office|internal/i.test(`${route.file.path} ${route.fullPath}`)
}

export type Place = { file: SourceFile; node: Node; line: number }

/** Where the handler reads the id; on the line of the query, the query itself. */
export function placeOf(trace: Trace, query: Query, handler: Handler): Place {
  const { file, node, line } = trace.source
  if (file !== handler.file || (file === query.file && Math.abs(line - query.line) <= 1))
    return { file: query.file, node: query.call, line: query.line }
  return { file, node, line }
}

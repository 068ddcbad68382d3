import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { functionAround, isFunction } from '../../../parse/ast.ts'

/** Functions that run a query each time they are called. */
export function queryingFunctions(
  codebase: Codebase,
  counts: (query: Query) => boolean = () => true,
): ReadonlySet<unknown> {
  const queries = codebase.queries.filter((query) => query.kind !== 'sync' && !query.repeatedBy && counts(query))
  return new Set(queries.map((query) => outermost(query.call)))
}

function outermost(node: Parameters<typeof functionAround>[0]): ReturnType<typeof functionAround> {
  let found = functionAround(node)
  for (let up = found; up; up = functionAround(up)) {
    const parent = up.parent
    if (parent?.type === 'CallExpression' && isFunction(up)) continue
    found = up
    break
  }
  return found
}

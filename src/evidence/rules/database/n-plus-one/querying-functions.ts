import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { functionAround, isFunction, type FunctionNode, type Node } from '../../../parse/ast.ts'

/** Functions that run a query each time they are called. */
export function queryingFunctions(
  codebase: Codebase,
  counts: (query: Query) => boolean = () => true,
): ReadonlySet<FunctionNode> {
  const queries = codebase.queries.filter((query) => query.kind !== 'sync' && !query.repeatedBy && counts(query))
  return new Set(queries.flatMap((query) => outermost(query.call) ?? []))
}

function outermost(node: Node): FunctionNode | undefined {
  let found = functionAround(node)
  for (let up = found; up; up = functionAround(up)) {
    const parent = up.parent
    if (parent?.type === 'CallExpression' && isFunction(up)) continue
    found = up
    break
  }
  return found
}

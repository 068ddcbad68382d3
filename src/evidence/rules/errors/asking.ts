import type { Codebase } from '../../codebase.ts'
import { queriesByFile } from '../../facts/queries.ts'
import { contains, functionAround, type FunctionNode, type Node } from '../../parse/ast.ts'
import { onceFor } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'

/** Whether code asks the database, itself or through functions of the project. */
export function asksDatabase(code: Node, file: SourceFile, codebase: Codebase): boolean {
  return (
    (queriesByFile(codebase.queries).get(file) ?? []).some(({ call }) => contains(code, call)) ||
    file.calls.some((call) => {
      const target = contains(code, call) ? codebase.calls.targetOf(call) : undefined
      return target !== undefined && asking(codebase).has(target.node)
    })
  )
}

const deepest = 3

/** Functions with a query in them, and those that call one. */
const asking = onceFor(({ queries, calls }: Codebase): ReadonlySet<FunctionNode> => {
  const found = new Set<FunctionNode>(queries.flatMap(({ call }) => functionAround(call) ?? []))
  let level: readonly FunctionNode[] = [...found]
  for (let depth = 0; depth < deepest; depth += 1) {
    level = level.flatMap((node) => calls.sitesOf(node).flatMap(({ call }) => functionAround(call) ?? []))
    for (const node of level) found.add(node)
  }
  return found
})

import { contains, type FunctionNode } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'

type Place = { node: FunctionNode; file: SourceFile }

/** Whether a function, or one of the project’s that it calls at most `depth` calls further, passes a test. */
export function someReached(
  start: Place,
  depth: number,
  calls: CallGraph,
  passes: (node: FunctionNode, file: SourceFile) => boolean,
): boolean {
  const seen = new Set<FunctionNode>()
  const look = ({ node, file }: Place, left: number): boolean => {
    if (seen.has(node)) return false
    seen.add(node)
    if (passes(node, file)) return true
    return file.calls.some((call) => {
      const target = left > 0 && contains(node, call) ? calls.targetOf(call) : undefined
      return target !== undefined && look(target, left - 1)
    })
  }
  return look(start, depth)
}

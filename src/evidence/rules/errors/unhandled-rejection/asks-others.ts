import type { Codebase } from '../../../codebase.ts'
import { queriesByCall } from '../../../facts/queries.ts'
import { someReached } from '../../../facts/reached.ts'
import { contains, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { onceFor } from '../../../parse/once.ts'

/** Whether a query or a call to another service runs in a node, or in a function called there: it fails some day. */
export function asksOthers(node: Node, file: SourceFile, codebase: Codebase): boolean {
  const asks = (at: Node, { calls }: SourceFile) =>
    calls.some(
      (call) => contains(at, call) && (queriesByCall(codebase.queries).has(call) || outgoing(codebase).has(call)),
    )
  if (asks(node, file)) return true
  return file.calls.some((call) => {
    const target = contains(node, call) ? codebase.calls.targetOf(call) : undefined
    return target !== undefined && someReached(target, 3, codebase.calls, asks)
  })
}

const outgoing = onceFor(
  ({ asyncWork }: Codebase): ReadonlySet<Node> => new Set(asyncWork.outgoing.map(({ call }) => call)),
)

import { functionAround, type FunctionNode, type Node } from '../parse/ast.ts'
import type { CallGraph } from './call-graph.ts'
import type { Route, WebFacts } from './web.ts'

type Inputs = { web: WebFacts; calls: CallGraph }

const farthest = 4

/** The routes whose handler a function is, or whose handler uses what it gives, through at most four functions. */
export function routesReaching(node: FunctionNode, { web, calls }: Inputs): readonly Route[] {
  const seen = new Set<FunctionNode>()
  const look = (at: FunctionNode, left: number): Route[] => {
    if (seen.has(at)) return []
    seen.add(at)
    const own = web.routesThrough.get(at) ?? []
    if (left === 0) return [...own]
    const outer = functionAround(at)
    const callers = calls.sitesOf(at).flatMap(({ call }) => (isDropped(call) ? [] : (functionAround(call) ?? [])))
    return [...own, ...[...callers, ...(outer ? [outer] : [])].flatMap((caller) => look(caller, left - 1))]
  }
  return look(node, farthest)
}

/** `await store.find(id)` alone on a line: what it gives goes nowhere. */
function isDropped({ parent }: Node): boolean {
  const holder = parent?.type === 'AwaitExpression' ? parent.parent : parent
  return holder?.type === 'ExpressionStatement'
}

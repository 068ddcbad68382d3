import { functionAround, unwrap, type FunctionNode, type Node } from '../parse/ast.ts'
import type { CallGraph } from './call-graph.ts'

const deepest = 5

/** The functions that modules call while they load, and those called from there: what happens once in a process. */
export function readStart(calls: CallGraph): ReadonlySet<FunctionNode> {
  const called = new Map<FunctionNode | undefined, FunctionNode[]>()
  for (const { call, target } of calls.linked) {
    const caller = callerOf(call)
    const known = called.get(caller)
    if (known) known.push(target.node)
    else called.set(caller, [target.node])
  }
  const reached = new Set<FunctionNode>()
  let frontier: readonly (FunctionNode | undefined)[] = [undefined]
  for (let depth = 0; depth < deepest && frontier.length > 0; depth += 1) {
    const next = frontier.flatMap((at) => called.get(at) ?? []).filter((node) => !reached.has(node))
    for (const node of next) reached.add(node)
    frontier = [...new Set(next)]
  }
  return reached
}

/** The function a call is written in; undefined at the top of a module, where `(async () => { … })()` also is. */
function callerOf(call: Node): FunctionNode | undefined {
  const around = functionAround(call)
  if (!around) return undefined
  const parent = around.parent
  return parent?.type === 'CallExpression' && unwrap(parent.callee) === around ? callerOf(parent) : around
}

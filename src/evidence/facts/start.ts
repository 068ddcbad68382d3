import { functionAround, unwrap, type FunctionNode } from '../parse/ast.ts'
import type { CallGraph } from './call-graph.ts'

const deepest = 5

/** The functions that modules call while they load, and those called from there: what happens once in a process. */
export function readStart({ calledFrom }: CallGraph): ReadonlySet<FunctionNode> {
  const around = [...calledFrom.keys()].filter((body) => runnerOf(body) !== body)
  const runAtOnce = Map.groupBy(around, runnerOf)
  const reached = new Set<FunctionNode>()
  let frontier: readonly (FunctionNode | undefined)[] = [undefined]
  for (let depth = 0; depth < deepest && frontier.length > 0; depth += 1) {
    const next = frontier
      .flatMap((at) => [at, ...(runAtOnce.get(at) ?? [])])
      .flatMap((body) => calledFrom.get(body) ?? [])
      .map(({ node }) => node)
      .filter((node) => !reached.has(node))
    for (const node of next) reached.add(node)
    frontier = [...new Set(next)]
  }
  return reached
}

/** What runs a function's body: itself, or what stands around `(async () => { … })()`; undefined for the module. */
function runnerOf(body: FunctionNode | undefined): FunctionNode | undefined {
  const parent = body?.parent
  return parent?.type === 'CallExpression' && unwrap(parent.callee) === body ? runnerOf(functionAround(body)) : body
}

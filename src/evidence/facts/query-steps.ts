import { functionAround, type CallNode } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import type { Query } from './queries.ts'

/** A query, at the call that runs it: its own, or that of a project function which runs this one alone. */
export type Step = { call: CallNode; file: SourceFile; query: Query }

/** The steps of production code whose queries count: those written out, then those through functions of the project. */
export function stepsOf(
  { queries, calls }: { queries: readonly Query[]; calls: CallGraph },
  counts: (query: Query) => boolean,
): Step[] {
  const counted = queries.filter((query) => query.file.kind === 'production' && counts(query))
  const byFunction = Map.groupBy(counted, (query) => functionAround(query.call))
  const ofOne = [...byFunction].flatMap(([node, { length }]) => (node && length === 1 ? [node] : []))
  const through = calls
    .linkedTo(ofOne)
    .flatMap(({ call, file, target }) => (byFunction.get(target.node) ?? []).map((query) => ({ call, file, query })))
  return [...counted.map((query) => ({ call: query.call, file: query.file, query })), ...through]
}

import { unwrap, type FunctionNode } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { CallGraph, CallSite } from './call-graph.ts'
import { callOf, type Query } from './queries.ts'

const deepest = 3

/** The queries of a project with the calls of its helpers that hand SQL on: `query(text, values)` around `pool.query`. */
export function withHelpers(queries: readonly Query[], calls: CallGraph): readonly Query[] {
  const known = new Set(queries.map(({ call }) => call))
  const found: Query[] = []
  let inner = queries
  for (let depth = 0; depth < deepest && inner.length > 0; depth += 1) {
    inner = inner.flatMap((query) => handedTo(query, calls).filter(({ call }) => !known.has(call)))
    for (const query of inner) known.add(query.call)
    found.push(...inner)
  }
  return found.length === 0 ? queries : inOrder([...queries, ...found])
}

/** Whether a query runs the text its function is given. */
export function isHandedOn(query: Query): boolean {
  return givenText(query) !== undefined
}

function givenText({ sql, file, kind }: Query): { of: FunctionNode; index: number } | undefined {
  const text = kind === 'raw' && sql ? unwrap(sql) : undefined
  const binding = text?.type === 'Identifier' ? lookUp(file.scopes, text, text.name) : undefined
  return binding?.path.length === 0 && binding.writes.length === 0 ? binding.parameter : undefined
}

function handedTo(query: Query, calls: CallGraph): Query[] {
  const given = givenText(query)
  if (!given) return []
  return calls.sitesOf(given.of).flatMap(({ call, file }: CallSite): Query[] => {
    const sql = call.arguments[given.index]
    if (!sql || call.type !== 'CallExpression') return []
    return [{ ...callOf(call, file), kind: 'raw', client: query.client, method: query.method, sql }]
  })
}

/** By file as before, and within a file by place. */
function inOrder(queries: readonly Query[]): Query[] {
  return [...Map.groupBy(queries, ({ file }) => file).values()].flatMap((some) =>
    some.toSorted((one, other) => one.call.start - other.call.start),
  )
}

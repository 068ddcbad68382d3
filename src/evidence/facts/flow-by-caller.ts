import { unwrap, type FunctionNode, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { boundBefore, type CallSite } from './call-graph.ts'
import { iterationOf } from './repetition.ts'
import type { Tracing } from './tracing.ts'

type Sites = ReadonlyMap<FunctionNode, CallSite>

const none: readonly Sites[] = [new Map()]
/** A helper called from more places is looked at from the first ones. */
const mostCallers = 12
const mostHelpers = 2

/** The calls by which a value that a helper only hands on came in, once for each caller; one empty way for any other. */
export function waysIn(
  node: Node,
  file: SourceFile,
  tracing: Pick<Tracing, 'calls' | 'handlers'>,
  helpers = 0,
): readonly Sites[] {
  const inner = unwrap(node)
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const parameter = binding?.kind === 'parameter' ? binding.parameter : undefined
  if (!binding || !parameter || binding.path.length > 0 || binding.writes.length > 0 || helpers === mostHelpers)
    return none
  const { of, index } = parameter
  if (tracing.handlers.has(of) || iterationOf(of)) return none
  const ways = tracing.calls
    .sitesOf(of)
    .slice(0, mostCallers)
    .flatMap((site) => {
      const given = site.call.arguments[index - boundBefore(of, site.call)]
      const before = given ? waysIn(given, site.file, tracing, helpers + 1) : []
      return before.map((sites): Sites => new Map([...sites, [of, site]]))
    })
  return ways.length > 0 ? ways : none
}

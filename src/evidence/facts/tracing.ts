import type { FunctionNode, Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph, CallSite } from './call-graph.ts'
import type { Handler } from './handlers.ts'
import type { Meanings } from './meaning.ts'
import type { Trace } from './trace.ts'

/** How far a search for the source of a value has come. */
export type Trail = {
  /** Of a whole object, the properties that matter. */
  only?: ReadonlySet<string>
  /** What a row is picked by: a number or an id that was made of the input still names the row. */
  asId?: true
  file: SourceFile
  /** Calls the search came through, so that a function's parameter leads back to the same call. */
  sites: ReadonlyMap<FunctionNode, CallSite>
  seen: readonly Node[]
  tracing: Tracing
}

/** Follows what an expression holds, below the given keys, back to request input. */
export type Follow<Kind extends Node = Node> = (node: Kind, path: readonly string[], trail: Trail) => Trace | undefined

/** What all steps of a search may ask; `cut` counts a search that a bound cut short. */
export type Tracing = {
  meanings: Meanings
  calls: CallGraph
  handlers: ReadonlyMap<FunctionNode, Handler>
  /** Fields of the body that middleware writes over what came. */
  overwritten: ReadonlySet<string>
  /** NestJS checks input by the decorators of its classes. */
  hasPipe: boolean
  follow: Follow
  cut: () => void
}

/** In place of a key: the names of the keys themselves, which are fixed in an object that is written out. */
export const keyNames = '#keys'

/** Goes on with a search, within its bounds. */
export const follow: Follow = (node, path, trail) => trail.tracing.follow(node, path, trail)

/** The first answer other than undefined. */
export function first<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

import { keyOf, type Node } from './ast.ts'
import { atOnce } from './once.ts'
import type { SourceFile } from './source-file.ts'

/** Nodes of a file by the name they go by, so that a rule that looks for a few names need not walk all. */
export type ByName<Item extends Node> = ReadonlyMap<string | undefined, readonly Item[]>

/** What is read of objects. */
export const membersOf = atOnce((file: SourceFile) => Map.groupBy(file.members, keyOf))

/** The properties of object literals and patterns. */
export const propertiesOf = atOnce((file: SourceFile) => Map.groupBy(file.properties, keyOf))

/** Calls of methods, and what is made of classes that are read of objects. */
export const methodCallsOf = atOnce((file: SourceFile) =>
  Map.groupBy(file.calls, ({ callee }) => (callee.type === 'MemberExpression' ? keyOf(callee) : undefined)),
)

/** Calls of functions, and what is made of classes, that go by a plain name. */
export const plainCallsOf = atOnce((file: SourceFile) =>
  Map.groupBy(file.calls, ({ callee }) => (callee.type === 'Identifier' ? callee.name : undefined)),
)

/** Those of one name, or of the names of a list or a pattern, in source order. */
export function goingBy<Item extends Node>(
  items: ByName<Item>,
  names: string | readonly string[] | ReadonlySet<string> | RegExp,
): readonly Item[] {
  if (typeof names === 'string') return items.get(names) ?? []
  const found: (readonly Item[])[] = []
  if (names instanceof RegExp) {
    items.forEach((list, name) => {
      if (name !== undefined && names.test(name)) found.push(list)
    })
  } else {
    names.forEach((name: string) => {
      const list = items.get(name)
      if (list) found.push(list)
    })
  }
  return found.length > 1 ? found.flat().sort(inSource) : (found[0] ?? [])
}

/** As they are written, with what is around before what is inside. */
function inSource(one: Node, other: Node): number {
  return one.start - other.start || other.end - one.end
}

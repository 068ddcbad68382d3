import type { Codebase } from '../../../codebase.ts'
import type { CallGraph } from '../../../facts/call-graph.ts'
import { mayBeSkipped } from '../../../facts/flow-of-control.ts'
import { pushedValues } from '../../../facts/written-values.ts'
import { functionAround, keyOf, type Node } from '../../../parse/ast.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

type Given = { filter: Node; at: Node; home: SourceFile }

/** What a filter compares with, and where; of one that a function is given, what each of its callers put into it. */
export function comparedBy(
  given: Given,
  lists: boolean,
  codebase: Codebase,
): { value: Node; at: Node; home: SourceFile }[] {
  return givenBy(given, codebase.calls).flatMap(({ filter, at, home }) =>
    writtenInto(filter, at, home, lists)
      .flatMap((item) => comparedIn(item, home))
      .map((value) => ({ value, at, home })),
  )
}

function givenBy(given: Given, calls: CallGraph, depth = 0): Given[] {
  const { filter, home } = given
  const binding = filter.type === 'Identifier' ? lookUp(home.scopes, filter, filter.name) : undefined
  if (depth > 2 || !binding?.parameter || binding.path.length > 0 || binding.writes.length > 0) return [given]
  const { of, index } = binding.parameter
  const sites = calls.sitesOf(of).flatMap(({ call, file }): Given[] => {
    const [filled] = call.arguments.slice(index, index + 1)
    return filled ? [{ filter: filled, at: call, home: file }] : []
  })
  return sites.length === 0 ? [given] : sites.flatMap((site) => givenBy(site, calls, depth + 1))
}

/**
 * `const query = {}` and `query.name = …` after it make a filter. What of a list's filter may be left out takes nothing
 * from anyone: without it there are more rows than any operator leaves.
 */
function writtenInto(filter: Node, at: Node, file: SourceFile, lists: boolean): Node[] {
  if (filter.type !== 'Identifier') return [filter]
  const binding = lookUp(file.scopes, filter, filter.name)
  const around = functionAround(filter)
  if (lists && [binding?.init, ...(binding?.writes ?? [])].some((given) => isAllOrSome(given ?? undefined))) return []
  if (binding?.init?.type !== 'ObjectExpression') return [filter]
  const written = file.assignments.filter(
    ({ left }) =>
      left.type === 'MemberExpression' &&
      left.object.type === 'Identifier' &&
      lookUp(file.scopes, left.object, left.object.name) === binding &&
      left.start < at.start &&
      !(lists && around && mayBeSkipped(left, around)),
  )
  return [binding.init, ...written.map(({ right }) => right)]
}

/** `id ? { _id: id } : {}` */
function isAllOrSome(filter: Node | undefined): boolean {
  return (
    filter?.type === 'ConditionalExpression' &&
    filter.alternate.type === 'ObjectExpression' &&
    filter.alternate.properties.length === 0
  )
}

/** What documents are compared with: inside an operator such as `$ne` an object is only a value. */
function comparedIn(filter: Node, file: SourceFile): Node[] {
  if (filter.type === 'ArrayExpression') return filter.elements.flatMap((item) => (item ? comparedIn(item, file) : []))
  if (filter.type === 'SpreadElement') return comparedIn(filter.argument, file)
  const added = filter.type === 'Identifier' ? listed(filter, file) : []
  if (added.length > 0) return added.flatMap((item) => comparedIn(item, file))
  if (filter.type === 'ConditionalExpression')
    return [filter.consequent, filter.alternate].flatMap((item) => comparedIn(item, file))
  if (filter.type !== 'ObjectExpression') return [filter]
  return filter.properties.flatMap((property) => {
    if (property.type !== 'Property')
      return writtenAs(property.argument, file).flatMap((item) => comparedIn(item, file))
    const key = keyOf(property) ?? ''
    if (/^\$(or|and|nor|not|elemMatch|match)$/.test(key)) return comparedIn(property.value, file)
    if (key.startsWith('$')) return []
    return property.value.type === 'ObjectExpression' ? comparedIn(property.value, file) : [property.value]
  })
}

/** The filters of a list that grows: `filters.push({ … })`. */
function listed(name: Node & { type: 'Identifier' }, file: SourceFile): Node[] {
  const binding = lookUp(file.scopes, name, name.name)
  const pushed = (binding && pushedValues(file).get(binding.node)) ?? []
  return pushed.length > 0 && binding?.init?.type === 'ArrayExpression' ? [binding.init, ...pushed] : []
}

/** What a name that is spread was given, where all of that is written out. */
function writtenAs(node: Node, file: SourceFile): Node[] {
  const binding = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name) : undefined
  const all = binding ? [...(binding.init ? [binding.init] : []), ...binding.writes] : []
  // `query = { ...query, name }` adds to what was there.
  const given = all.filter((item) => binding && mentionsOf(binding.name, item).length === 0)
  const isWritten = given.every(({ type }) => type === 'ObjectExpression' || type === 'ConditionalExpression')
  return given.length > 0 && isWritten ? given : [node]
}

import type { Codebase } from '../../../codebase.ts'
import { queriesByFile, type Query } from '../../../facts/queries.ts'
import { contains, functionAround, pathOf, unwrap, type CallNode, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { mayRefuse } from '../refusing-helpers.ts'

/** Whether the function has asked before for a row by the same key, and gave up where there was none. */
export function isLookedFor({ call, file }: Query, codebase: Codebase): boolean {
  return isAskedBefore(call.arguments.slice(0, 1), call, file, codebase)
}

/** Whether, before a call, its function has asked for a row by some keys and gave up where there was none. */
export function isAskedBefore(by: readonly Node[], call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  const keys = by.flatMap(valuesIn)
  const around = functionAround(call)
  if (keys.length === 0 || !around) return false
  const before = (other: Node) => other.end < call.start && functionAround(other) === around
  return (
    file.calls.some((other) => before(other) && names(other, keys) && refusesWithout(other, codebase)) ||
    lookups(file, codebase).some((other) => before(other) && names(other, keys) && isRefused(other, call, file))
  )
}

function lookups(file: SourceFile, { queries }: Codebase): CallNode[] {
  return (queriesByFile(queries).get(file) ?? []).flatMap(({ kind, call }) => (kind === 'find-one' ? [call] : []))
}

/** `await checkExists(ctx, id)`, which looks the row up itself and throws. */
function refusesWithout(call: CallNode, codebase: Codebase): boolean {
  const target = codebase.calls.targetOf(call)
  return (
    target !== undefined &&
    mayRefuse(target) &&
    lookups(target.file, codebase).some((lookup) => contains(target.node, lookup))
  )
}

/** `const row = await find(id)` and then `if (!row) …`. */
function isRefused(lookup: CallNode, until: Node, file: SourceFile): boolean {
  const holder = lookup.parent?.type === 'AwaitExpression' ? lookup.parent.parent : undefined
  const name = holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : undefined
  if (name === undefined) return false
  const asked = new RegExp(
    String.raw`\bif\s*\(\s*(!\s*${name.replaceAll('$', '\\$')}\b|${name.replaceAll('$', '\\$')}\s*===?\s*(null|undefined))`,
  )
  return asked.test(file.text.slice(lookup.end, until.start))
}

/** What a lookup picks a row by: names and members, alone or as values of its filter. */
function valuesIn(node: Node): string[] {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression')
    return inner.properties.flatMap((property) => (property.type === 'Property' ? valuesIn(property.value) : []))
  const path = /^(Identifier|MemberExpression)$/.test(inner.type) ? pathOf(inner) : ''
  return path === '' ? [] : [path]
}

function names(call: CallNode, keys: readonly string[]): boolean {
  const given = call.arguments.flatMap(valuesIn)
  return keys.every((key) => given.includes(key))
}

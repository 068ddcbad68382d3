import type { Codebase } from '../../codebase.ts'
import { chainTop } from '../../facts/promises.ts'
import { queriesByFile } from '../../facts/queries.ts'
import { contains, literalText, unwrap, type CallNode, type FunctionNode, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'

type Code = { node: FunctionNode; file: SourceFile }

const settlings = once((file: SourceFile) =>
  file.calls.flatMap((call) =>
    call.callee.type === 'Identifier' && /^(resolve|reject)$/.test(call.callee.name)
      ? [{ call, refuses: call.callee.name === 'reject' }]
      : [],
  ),
)

/** Whether a function throws or rejects in some case. */
export function mayRefuse({ node, file }: Code): boolean {
  return (
    file.throws.some((item) => contains(node, item)) ||
    settlings(file).some(({ call, refuses }) => refuses && contains(node, call))
  )
}

/** `if (!taken)` after `const taken = await isTaken(name)`, which rejects when it is and gives `false` otherwise. */
export function isDecided(test: Node, file: SourceFile, codebase: Codebase): boolean {
  const inner = unwrap(test)
  const isNegated = inner.type === 'UnaryExpression' && inner.operator === '!'
  const name = isNegated ? unwrap(inner.argument) : inner
  if (name.type !== 'Identifier') return false
  const init = lookUp(file.scopes, name, name.name)?.init
  const call = init?.type === 'AwaitExpression' ? unwrap(init.argument) : undefined
  if (call?.type !== 'CallExpression') return false
  if (!isNegated && givesAlways(call, file, codebase)) return true
  const target = codebase.calls.targetOf(call)
  if (!target || !mayRefuse(target)) return false
  const given = valuesOf(target)
  return given.length > 0 && given.every((value) => literalText(value) === String(!isNegated))
}

/** What a statement of SQL or an insert gives is there, whatever it did. */
function givesAlways(call: CallNode, file: SourceFile, { queries }: Codebase): boolean {
  return (queriesByFile(queries).get(file) ?? []).some(
    (query) => chainTop(query.call) === call && /^(raw|insert|insert-many|find-many)$/.test(query.kind),
  )
}

function valuesOf({ node, file }: Code): Node[] {
  const resolved = settlings(file).flatMap(({ call, refuses }) =>
    refuses || !contains(node, call) ? [] : firstOf(call),
  )
  if (resolved.length > 0 || !node.async) return resolved
  return file.returns.flatMap((item) => (contains(node, item) && item.argument ? [item.argument] : []))
}

function firstOf(call: CallNode): Node[] {
  const [value] = call.arguments
  return value ? [value] : []
}

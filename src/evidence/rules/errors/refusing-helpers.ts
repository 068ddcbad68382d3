import type { CallGraph } from '../../facts/call-graph.ts'
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
export function isDecided(test: Node, file: SourceFile, calls: CallGraph): boolean {
  const inner = unwrap(test)
  const isNegated = inner.type === 'UnaryExpression' && inner.operator === '!'
  const name = isNegated ? unwrap(inner.argument) : inner
  if (name.type !== 'Identifier') return false
  const init = lookUp(file.scopes, name, name.name)?.init
  const call = init?.type === 'AwaitExpression' ? unwrap(init.argument) : undefined
  const target = call?.type === 'CallExpression' ? calls.targetOf(call) : undefined
  if (!target || !mayRefuse(target)) return false
  const given = valuesOf(target)
  return given.length > 0 && given.every((value) => literalText(value) === String(!isNegated))
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

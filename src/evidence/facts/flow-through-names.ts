import { functionAround, keyOf, type Node, type Of } from '../parse/ast.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import { isEntryOf } from './archive-entries.ts'
import { requestRead } from './parameter-input.ts'
import { followParameter } from './flow-through-parameters.ts'
import { startTrace, withStep, type Trace } from './trace.ts'
import { first, follow, type Trail } from './tracing.ts'
import { overwrittenBefore, propertyWrites, pushedValues, undeclaredWrites } from './written-values.ts'

/** Follows a name back to what was put into it. */
export function followName(node: Of<'Identifier'>, path: readonly string[], trail: Trail): Trace | undefined {
  const binding = lookUp(trail.file.scopes, node, node.name)
  if (!binding) return followUndeclared(node, path, trail)
  if (trail.seen.includes(binding.node)) return undefined
  const inside = { ...trail, seen: [...trail.seen, binding.node] }
  const last = overwrittenBefore(binding, node)
  let found: Trace | undefined
  if (last) found = followOverwritten(last, path, trail) ?? followWrites(binding, path, inside, last.end)
  else if (binding.kind === 'parameter') found = followParameter(binding, node, path, inside)
  else found = followVariable(binding, node, path, inside)
  return found && withStep(found, binding, node, trail.file)
}

/** What a name was given anew may hold what it held before: `name = name.trim()`. */
function followOverwritten(last: Node, path: readonly string[], trail: Trail): Trace | undefined {
  return trail.seen.includes(last) ? undefined : follow(last, path, { ...trail, seen: [...trail.seen, last] })
}

function followWrites(binding: Binding, path: readonly string[], trail: Trail, from = 0): Trace | undefined {
  const writes = binding.writes.filter((write) => write.start > from).slice(0, 8)
  return (
    first(writes, (write) => follow(write, path, trail)) ??
    followPropertyWrites(binding, path, trail) ??
    followPushes(binding, path, trail)
  )
}

/** A name that is declared nowhere holds what the same function assigned to it before. */
function followUndeclared(node: Of<'Identifier'>, path: readonly string[], trail: Trail): Trace | undefined {
  if (trail.seen.includes(node)) return undefined
  const writes = undeclaredWrites(trail.file).get(node.name)
  const around = writes && functionAround(node)
  const write = around && writes.findLast((item) => item.start < node.start && item.start > around.start)
  return write && follow(write.right, path, { ...trail, seen: [...trail.seen, node] })
}

function followVariable(binding: Binding, node: Node, path: readonly string[], trail: Trail): Trace | undefined {
  if (binding.itemOf) {
    const { file } = trail
    const whole = [...binding.path, ...path]
    if (isEntryOf(binding.itemOf, whole, file))
      return startTrace({ kind: 'archive', keys: whole, node, file, binding, handler: undefined })
    const handler = requestRead(binding.itemOf, file, trail.tracing.handlers)
    if (handler) return startTrace({ kind: 'body', keys: whole, node, file, binding, handler })
    const found = follow(binding.itemOf, whole, trail)
    if (found) return found
  }
  if (binding.kind === 'function' || binding.kind === 'class' || binding.kind === 'import') return undefined
  const initial = binding.init && follow(binding.init, [...binding.path, ...path], trail)
  return initial ?? followWrites(binding, path, trail)
}

/** `data.name = req.body.name` taints `data` and `data.name`. */
function followPropertyWrites(binding: Binding, path: readonly string[], trail: Trail): Trace | undefined {
  const writes = propertyWrites(trail.file).get(binding.node)
  if (!writes) return undefined
  const [head] = path
  return first(writes.slice(0, 12), (write) =>
    head === undefined || head === '[]' || keyOf(write.left) === head
      ? follow(write.right, path.slice(1), trail)
      : undefined,
  )
}

function followPushes(binding: Binding, path: readonly string[], trail: Trail): Trace | undefined {
  const pushed = pushedValues(trail.file).get(binding.node)
  const found = pushed && first(pushed.slice(0, 12), (value) => follow(value, path.slice(1), trail))
  return found && path.length === 0 ? { ...found, inObject: true } : found
}

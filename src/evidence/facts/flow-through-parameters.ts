import { keyOf, type FunctionNode, type Node } from '../parse/ast.ts'
import type { Binding } from '../parse/scopes.ts'
import { boundBefore } from './call-graph.ts'
import { inputElsewhere } from './input-elsewhere.ts'
import { inputByName, inputFrom, isRoleOf } from './parameter-input.ts'
import { isPlainParameter } from './plain-parameters.ts'
import { iterationOf } from './repetition.ts'
import { startTrace, withMark, type Trace } from './trace.ts'
import { first, follow, type Trail } from './tracing.ts'

/** A function called from many places is looked at from the first few. */
const maximumSites = 5

/** Follows a parameter to the request it carries, the list it is an item of, or the arguments of its callers. */
export function followParameter(
  binding: Binding,
  node: Node,
  path: readonly string[],
  trail: Trail,
): Trace | undefined {
  const { calls, handlers, hasPipe, meanings, overwritten } = trail.tracing
  const declared = binding.parameter
  if (!declared) return undefined
  const whole = [...binding.path, ...path]
  const handler = handlers.get(declared.of)
  const at = { node, file: trail.file, binding, handler }
  const source = handler && inputFrom(handler, binding, whole, trail.asId)
  if (source?.kind === 'body' && overwritten.has(source.keys[0] ?? '')) return undefined
  if (handler && source) {
    const trace = startTrace({ ...source, ...at })
    return isPlainParameter(handler, binding, source.keys, meanings, hasPipe) ? withMark(trace, 'sanitized') : trace
  }
  if (handler && handler.request !== undefined && isRoleOf(handler, binding)) return undefined
  const elsewhere = inputElsewhere(declared, binding, whole, trail.file)
  if (elsewhere) return withMark(startTrace({ ...elsewhere, ...at }), elsewhere.mark)
  const item = iterationOf(declared.of)
  if (item && declared.index === 0 && item.callee.type === 'MemberExpression') {
    return follow(item.callee.object, whole, trail)
  }
  const then = promiseBefore(declared.of)
  if (then && declared.index === 0) return follow(then, whole, trail)
  const given = followToCallers(declared.of, declared.index, whole, trail)
  if (given || calls.sitesOf(declared.of).length > 0) return given
  const named = inputByName(binding, whole)
  return named && startTrace({ ...named, ...at })
}

function followToCallers(
  target: FunctionNode,
  index: number,
  path: readonly string[],
  trail: Trail,
): Trace | undefined {
  const { calls, cut } = trail.tracing
  const fixed = trail.sites.get(target)
  const sites = fixed ? [fixed] : calls.sitesOf(target)
  if (sites.length > maximumSites) cut()
  return first(sites.slice(0, maximumSites), (site) => {
    const argument = site.call.arguments[index - boundBefore(target, site.call)]
    return argument && follow(argument, path, { ...trail, file: site.file })
  })
}

/** The promise whose value a `then` callback receives. */
function promiseBefore(node: FunctionNode): Node | undefined {
  const call = node.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  return keyOf(call.callee) === 'then' && call.arguments[0] === node ? call.callee.object : undefined
}

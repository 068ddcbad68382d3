import { keyOf, literalText, unwrap, type FunctionNode, type Of } from '../parse/ast.ts'
import { resultsOf } from '../parse/returns.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { followId, followLibrary, followMethod, isIdOf } from './flow-through-library-calls.ts'
import { effectOf, markByName } from './sanitizers.ts'
import { withMark, type Trace } from './trace.ts'
import { first, follow, type Trail } from './tracing.ts'

const accessorKinds = new Set([
  'get',
  'header',
  'param',
  'query',
  'queries',
  'json',
  'text',
  'formData',
  'parseBody',
  'parts',
  'file',
  'files',
])

/** Follows the result of a call to what it was made of. */
export function followCall(node: Of<'CallExpression'>, path: readonly string[], trail: Trail): Trace | undefined {
  const callee = unwrap(node.callee)
  if (callee.type === 'MemberExpression') {
    const name = keyOf(callee) ?? '[]'
    const accessor = accessorKinds.has(name) ? follow(callee.object, [name, '()'], trail) : undefined
    if (accessor && isRequestAccess(accessor)) return accessor
  }
  if (/^pick(Fields|Keys)?$/.test(keyOfCallee(node)) && path.length > 0) return followPicked(node, path, trail)
  const { calls, meanings } = trail.tracing
  const target = calls.targetOf(node)
  const name = meanings.nameOf(callee, trail.file)
  if (name !== '') return followLibrary(node, name, path, trail)
  if (target) return followTarget(node, target, path, trail)
  return callee.type === 'MemberExpression' ? followMethod(node, callee, path, trail) : undefined
}

/** `pick(req.query, ['page', 'limit']).limit`: the fields that are named are given on as they are. */
function followPicked(node: Of<'CallExpression'>, path: readonly string[], trail: Trail): Trace | undefined {
  const [from, names] = node.arguments
  const isLeftOut = names?.type === 'ArrayExpression' && !names.elements.some((item) => literalText(item) === path[0])
  return from && !isLeftOut ? follow(from, path, trail) : undefined
}

function followTarget(
  node: Of<'CallExpression'>,
  target: { node: FunctionNode; file: SourceFile },
  path: readonly string[],
  trail: Trail,
): Trace | undefined {
  if (trail.sites.size > 3 || trail.sites.has(target.node)) return undefined
  const sites = new Map([...trail.sites, [target.node, { call: node, file: trail.file }]])
  const inside = { ...trail, file: target.file, sites }
  const returned = resultsOf(target.node, target.file).slice(0, 6)
  const found = first(returned, (value) => follow(value, path, inside))
  if (!found) return undefined
  const promised = markByName(target.node.id?.name ?? keyOfCallee(node))
  return withMark(found, promised && doesSomething(target) ? promised : undefined)
}

/** Follows what `new` made of its arguments. */
export function followNew(node: Of<'NewExpression'>, trail: Trail): Trace | undefined {
  const name = trail.tracing.meanings.nameOf(node.callee, trail.file)
  if (trail.asId && isIdOf(name)) return followId(node, trail)
  const effect = effectOf(name)
  if (effect?.kind === 'drop' || !/^(URL|url\.URL|String|Buffer|URLSearchParams|Array|Set|Map)$/.test(name))
    return undefined
  return first(node.arguments, (item) => follow(item, [], trail))
}

/** `safeRedirect(target)` that gives back what it is given keeps no promise of its name. */
function doesSomething({ node, file }: { node: FunctionNode; file: SourceFile }): boolean {
  return /\(|\[|\bif\b|\?(?![?.])/.test(file.text.slice(node.body?.start ?? node.end, node.end))
}

/** An accessor such as `req.get('x')` was recognised as input, not merely a value's method. */
function isRequestAccess(trace: Trace): boolean {
  return trace.keys.length === 0 && trace.marks.size === 0
}

function keyOfCallee(node: Of<'CallExpression'>): string {
  if (node.callee.type === 'Identifier') return node.callee.name
  return node.callee.type === 'MemberExpression' ? (keyOf(node.callee) ?? '') : ''
}

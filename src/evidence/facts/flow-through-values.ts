import { isFunction, keyOf, literalText, pathOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { followCall, followNew } from './flow-through-calls.ts'
import { followField } from './flow-through-fields.ts'
import { followName } from './flow-through-names.ts'
import { markOfUrlPart } from './sanitizers.ts'
import { asText, withMark, type Trace } from './trace.ts'
import { first, follow, keyNames, type Trail } from './tracing.ts'

/** Follows what an expression holds, by its kind. */
export function followValue(inner: Node, path: readonly string[], trail: Trail): Trace | undefined {
  switch (inner.type) {
    case 'Identifier':
      return followName(inner, path, trail)
    case 'MemberExpression': {
      const key = keyOf(inner)
      // A size is a number, unless somebody sent it under that name.
      if (key === 'length' || (key === 'size' && !namesField(inner.object))) return undefined
      const found = follow(inner.object, [key ?? '[]', ...path], trail)
      return found && isUrl(inner.object, trail.file) ? withMark(found, markOfUrlPart(key)) : found
    }
    case 'ThisExpression':
      return followField(inner, path, trail)
    case 'CallExpression':
      return followCall(inner, path, trail)
    case 'NewExpression':
      return followNew(inner, trail)
    case 'TemplateLiteral':
      return asText(
        first(inner.expressions, (item) => follow(item, [], trail)),
        inner,
        trail.file,
      )
    case 'TaggedTemplateExpression':
      return undefined
    case 'BinaryExpression':
      if (inner.operator !== '+') return undefined
      return asText(follow(inner.left, [], trail) ?? follow(inner.right, [], trail), inner, trail.file)
    case 'LogicalExpression':
      return follow(inner.left, path, trail) ?? follow(inner.right, path, trail)
    case 'ConditionalExpression':
      return (
        (isListed(inner) ? undefined : follow(inner.consequent, path, trail)) ?? follow(inner.alternate, path, trail)
      )
    case 'AssignmentExpression':
      return follow(inner.right, path, trail)
    // `+req.params.id`
    case 'UnaryExpression':
      return trail.asId && inner.operator === '+' ? follow(inner.argument, path, trail) : undefined
    case 'SequenceExpression': {
      const last = inner.expressions.at(-1)
      return last ? follow(last, path, trail) : undefined
    }
    case 'ArrayExpression':
      return first(inner.elements, (item) => (item ? follow(item, path.slice(1), trail) : undefined))
    case 'SpreadElement':
      return follow(inner.argument, path, trail)
    case 'ObjectExpression':
      return followObject(inner, path, trail)
    default:
      return undefined
  }
}

function followObject(node: Of<'ObjectExpression'>, path: readonly string[], trail: Trail): Trace | undefined {
  const { only } = trail
  const told = only && path.length === 0 ? node.properties.filter((item) => isNamed(item, only)) : []
  if (told.length > 0)
    return first(told, (item) => (item.type === 'Property' ? follow(item.value, path, trail) : undefined))
  const [head, ...rest] = path
  // What comes later under the same name takes its place.
  const named =
    head === undefined ? -1 : node.properties.findLastIndex((item) => item.type === 'Property' && keyOf(item) === head)
  const held = first(node.properties.slice(Math.max(0, named)), (property) => {
    if (property.type === 'SpreadElement') return follow(property.argument, path, trail)
    if (head === keyNames) return undefined
    if (head !== undefined && head !== '*' && head !== '[]' && keyOf(property) !== head) return undefined
    return isFunction(property.value) ? undefined : follow(property.value, rest, trail)
  })
  return held && path.length === 0 ? { ...held, inObject: true } : held
}

function isNamed(property: Node, names: ReadonlySet<string>): boolean {
  return property.type === 'Property' && names.has(keyOf(property) ?? '')
}

/** `formats.includes(format) ? format : 'webp'`, `side === 'left' || side === 'right' ? side : 'left'`: one of the values of a list. */
function isListed({ test, consequent }: Of<'ConditionalExpression'>): boolean {
  const path = pathOf(unwrap(consequent))
  return !path.includes('?') && asksForOne(unwrap(test), path)
}

function asksForOne(test: Node, path: string): boolean {
  if (test.type === 'LogicalExpression')
    return test.operator === '||' && [test.left, test.right].every((side) => asksForOne(unwrap(side), path))
  if (test.type === 'BinaryExpression')
    return /^={2,3}$/.test(test.operator) && literalText(test.right) !== undefined && pathOf(unwrap(test.left)) === path
  if (test.type !== 'CallExpression' || !/^(includes|has)$/.test(keyOf(test.callee) ?? '')) return false
  const [value] = test.arguments
  return value !== undefined && pathOf(unwrap(value)) === path
}

function isUrl(node: Node, file: SourceFile): boolean {
  const object = unwrap(node)
  const held = object.type === 'Identifier' ? lookUp(file.scopes, object, object.name)?.init : object
  return held?.type === 'NewExpression' && /^(url\.)?URL$/.test(pathOf(held.callee))
}

/** `req.query` and the like hold fields by the names that callers give. */
function namesField(node: Node): boolean {
  const object = unwrap(node)
  return object.type === 'MemberExpression' && /^(query|params|body|args)$/.test(keyOf(object) ?? '')
}

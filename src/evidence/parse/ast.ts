import type { ArrowFunctionExpression, Class, Function as PlainFunction, Node } from 'oxc-parser'

export type { Node }
/** A function, however it is written. */
export type FunctionNode = PlainFunction | ArrowFunctionExpression
/** A class, declared or as an expression. */
export type ClassNode = Class
/** Narrows the node union by its type name. */
export type Of<Type extends Node['type'], Any = Node> = Any extends { type: infer Name }
  ? Type extends Name
    ? Any
    : never
  : never
/** A call, or `new`. */
export type CallNode = Of<'CallExpression'> | Of<'NewExpression'>

/** Whether a node is a function, however it is written. */
export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  )
}

/** Whether a node is a class, declared or as an expression. */
export function isClass(node: Node | null | undefined): node is ClassNode {
  return node?.type === 'ClassDeclaration' || node?.type === 'ClassExpression'
}

/** Whether a node is a loop statement. */
export function isLoop(node: Node): boolean {
  return /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type)
}

/** The expression inside optional chains, type assertions and awaits. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
      return unwrap(node.expression)
    case 'AwaitExpression':
      return unwrap(node.argument)
    default:
      return node
  }
}

/** The name of a member's property or an object's key when it is written in the source. */
export function keyOf(node: Node): string | undefined {
  if (node.type === 'MemberExpression') return node.computed ? literalText(node.property) : keyText(node.property)
  if (node.type === 'Property' || node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') {
    return node.computed ? literalText(node.key) : keyText(node.key)
  }
  return undefined
}

function keyText(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'PrivateIdentifier') return `#${node.name}`
  return literalText(node)
}

/** The text of a string, number or constant template; undefined for all else. */
export function literalText(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Literal') return node.value === null ? undefined : String(node.value)
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? ''
  return undefined
}

/** Whether a node is a constant text; numbers and `null` are none. */
export function isString(node: Node | null | undefined): boolean {
  if (node?.type === 'Literal') return typeof node.value === 'string'
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0
}

/** The value of a property written in an object literal, by its key. */
export function propertyOf(node: Node | null | undefined, name: string): Node | undefined {
  if (node?.type !== 'ObjectExpression') return undefined
  for (const property of node.properties) {
    if (property.type === 'Property' && keyOf(property) === name) return property.value
  }
  return undefined
}

/** Whether an object literal contains a spread, so that its keys are not all known. */
export function hasSpread(node: Node): boolean {
  return node.type === 'ObjectExpression' && node.properties.some((property) => property.type === 'SpreadElement')
}

/** Dotted text of a callee or member chain (`db.collection().find`); unnamed parts are `?`. */
export function pathOf(node: Node, depth = 0): string {
  const inner = unwrap(node)
  if (depth > 12) return '?'
  switch (inner.type) {
    case 'Identifier':
      return inner.name
    case 'ThisExpression':
      return 'this'
    case 'MemberExpression':
      return `${pathOf(inner.object, depth + 1)}.${keyOf(inner) ?? '[]'}`
    case 'CallExpression':
    case 'NewExpression':
      return `${pathOf(inner.callee, depth + 1)}()`
    default:
      return '?'
  }
}

/** The nearest node above that passes the test, stopping at (and excluding) `limit`. */
export function ancestor(node: Node, test: (node: Node) => boolean, limit?: Node): Node | undefined {
  for (let at = node.parent; at && at !== limit; at = at.parent) if (test(at)) return at
  return undefined
}

/** The function a node is written in; undefined at the top of a module. */
export function functionAround(node: Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return at
  return undefined
}

/** The name a function is written under: its own, that of the variable it is given to, or the key it stands at. */
export function functionName({ id, parent }: FunctionNode): string | undefined {
  if (id) return id.name
  if (parent?.type === 'VariableDeclarator') return parent.id.type === 'Identifier' ? parent.id.name : undefined
  return parent && /^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type) ? keyOf(parent) : undefined
}

type Place = { start: number; end: number }

/** Whether one node or comment of a file stands inside another, or is it. */
export function contains(outer: Place, inner: Place): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}

/** The identifier a pattern binds, without its default or `private readonly`. */
export function parameterName(node: Node | undefined): Of<'Identifier'> | undefined {
  if (!node) return undefined
  if (node.type === 'Identifier') return node
  if (node.type === 'AssignmentPattern') return parameterName(node.left)
  if (node.type === 'TSParameterProperty') return parameterName(node.parameter)
  if (node.type === 'RestElement') return parameterName(node.argument)
  return undefined
}

/** Whether a file sets a property of that name by assignment, as in `options.cookie.secure = true`. */
export function assignedLater(file: { assignments: readonly Of<'AssignmentExpression'>[] }, name: string): boolean {
  return file.assignments.some((item) => item.left.type === 'MemberExpression' && keyOf(item.left) === name)
}

import { isClass, isFunction, keyOf, propertyOf, type ClassNode, type FunctionNode, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Meaning } from './meaning.ts'

/** What is asked of the meanings of other expressions on the way. */
interface Reader {
  of(node: Node, file: SourceFile): Meaning
  ofAnnotation(annotation: Node | undefined, file: SourceFile): Meaning
  member(of: Meaning, key: string): Meaning
}

/** Something of the project's own that has properties. */
type Holder = Extract<Meaning, { kind: 'function' | 'class' | 'instance' | 'value' }>

const unknown: Meaning = { kind: 'unknown' }
/** Of classes that extend each other. */
const longestLine = 24

/** The meaning of a property of what the project itself has written; `unknown` when it cannot be told. */
export function memberOf(holder: Holder, key: string, reader: Reader): Meaning {
  const { file } = holder
  switch (holder.kind) {
    case 'instance':
      return isClass(holder.of)
        ? ofClass({ node: holder.of, file, isStatic: false }, key, reader)
        : ofMade(holder.of, file, key, reader)
    case 'class':
      return ofClass({ node: holder.node, file, isStatic: true }, key, reader)
    case 'value':
      return ofValue(holder.node, file, key, reader)
    case 'function':
      return assigned(holder.node, file, key, reader)
  }
}

function ofValue(node: Node, file: SourceFile, key: string, reader: Reader): Meaning {
  const value = propertyOf(node, key)
  if (value) return reader.of(value, file)
  if (node.type !== 'ObjectExpression') return unknown
  const later = assigned(node, file, key, reader)
  if (later.kind !== 'unknown') return later
  // `module.exports = { ...require('./dates'), ...passwords }`: of several, the last one that has it.
  for (const property of node.properties.toReversed()) {
    if (property.type !== 'SpreadElement') continue
    const found = reader.member(reader.of(property.argument, file), key)
    if (/^(function|class|instance|value)$/.test(found.kind)) return found
  }
  return unknown
}

/** `name.key = value` written elsewhere in the file for the variable that holds the object or function. */
function assigned(holder: Node, file: SourceFile, key: string, reader: Reader): Meaning {
  const name = holderName(holder)
  if (name === undefined) return unknown
  const isOfHolder = (object: Node) =>
    (object.type === 'Identifier' && object.name === name) || isPrototypeOf(object, name)
  return assignedTo(key, file, isOfHolder, reader) ?? unknown
}

/** What a function that is called with `new` puts into `this`, or has on its prototype. */
function ofMade(by: FunctionNode, file: SourceFile, key: string, reader: Reader): Meaning {
  const name = holderName(by)
  const isOfMade = (object: Node) => isThisIn(by, object) || (name !== undefined && isPrototypeOf(object, name))
  return assignedTo(key, file, isOfMade, reader) ?? unknown
}

type Side = { node: ClassNode; file: SourceFile; isStatic: boolean }

function ofClass({ node, file, isStatic }: Side, key: string, reader: Reader, line = 0): Meaning {
  for (const item of node.body.body) {
    if (item.type === 'MethodDefinition' && item.kind === 'constructor') {
      const found = fromConstructor(item.value, file, key, reader)
      if (found) return found
    }
    if (!('static' in item) || item.static !== isStatic || keyOf(item) !== key) continue
    if (item.type === 'PropertyDefinition')
      return item.value ? reader.of(item.value, file) : reader.ofAnnotation(item.typeAnnotation ?? undefined, file)
    if (item.type === 'MethodDefinition' && isFunction(item.value))
      return item.kind === 'get' ? unknown : { kind: 'function', node: item.value, file }
  }
  // `#sessions` is private to the class that declares it.
  if (!node.superClass || key.startsWith('#') || line > longestLine) return unknown
  const parent = reader.of(node.superClass, file)
  if (parent.kind === 'class') return ofClass({ ...parent, isStatic }, key, reader, line + 1)
  return parent.kind === 'package' ? { kind: 'package', name: `${parent.name}().${key}` } : unknown
}

function fromConstructor(of: FunctionNode, file: SourceFile, key: string, reader: Reader): Meaning | undefined {
  for (const parameter of of.params) {
    if (parameter.type !== 'TSParameterProperty') continue
    const name = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter
    if (name.type === 'Identifier' && name.name === key)
      return reader.ofAnnotation(name.typeAnnotation ?? undefined, file)
  }
  return assignedTo(key, file, (object) => isThisIn(of, object), reader)
}

function assignedTo(
  key: string,
  file: SourceFile,
  isHolder: (object: Node) => boolean,
  reader: Reader,
): Meaning | undefined {
  const found = file.assignments.find(
    ({ left }) => left.type === 'MemberExpression' && keyOf(left) === key && isHolder(left.object),
  )
  return found && reader.of(found.right, file)
}

function isThisIn(of: FunctionNode, node: Node): boolean {
  return node.type === 'ThisExpression' && of.start <= node.start && node.end <= of.end
}

function holderName(holder: Node): string | undefined {
  if ((isFunction(holder) || isClass(holder)) && holder.id) return holder.id.name
  const parent = holder.parent
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if (parent?.type === 'AssignmentExpression' && parent.left.type === 'Identifier') return parent.left.name
  if (parent?.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression') {
    return parent.parent?.type === 'VariableDeclarator' && parent.parent.id.type === 'Identifier'
      ? parent.parent.id.name
      : undefined
  }
  return undefined
}

function isPrototypeOf(node: Node, name: string): boolean {
  return (
    node.type === 'MemberExpression' &&
    keyOf(node) === 'prototype' &&
    node.object.type === 'Identifier' &&
    node.object.name === name
  )
}

import { assignedLater, keyOf, literalText, pathOf, propertyOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import type { Meanings } from './meaning.ts'

type Inputs = { meanings: Meanings; calls: CallGraph }
/** A text, and the expression that writes it down. */
export type KnownText = { text: string; node: Node; file: SourceFile }

const deepest = 8

/**
 * The text an expression holds, always or where the setting before `||` is missing: through names, fields, parameters
 * that every caller gives the same way, joins and decoding. Undefined for what only running the program tells.
 */
export function knownText(node: Node, file: SourceFile, inputs: Inputs, depth = 0): KnownText | undefined {
  const inner = unwrap(node)
  const written = literalText(inner)
  if (written !== undefined) return { text: written, node: inner, file }
  if (depth > deepest) return undefined
  const known = (part: Node) => knownText(part, file, inputs, depth + 1)
  switch (inner.type) {
    case 'Identifier':
      return ofName(inner, file, inputs, depth)
    case 'MemberExpression':
      return ofField(inner, file, inputs, depth)
    case 'LogicalExpression':
      return inner.operator === '&&' ? undefined : known(inner.right)
    case 'BinaryExpression':
      return inner.operator === '+' ? ofSum(inner, file, known) : undefined
    case 'CallExpression':
      return ofCall(inner, known)
    case 'NewExpression':
      return pathOf(inner.callee) === 'Uint8Array' ? ofBytes(inner.arguments[0], known) : undefined
    default:
      return undefined
  }
}

function ofSum(
  sum: Of<'BinaryExpression'>,
  file: SourceFile,
  known: (node: Node) => KnownText | undefined,
): KnownText | undefined {
  const text = joined([sum.left, sum.right].map(known), '')
  return text === undefined ? undefined : { text, node: sum, file }
}

function ofName(node: Of<'Identifier'>, file: SourceFile, inputs: Inputs, depth: number): KnownText | undefined {
  const binding = lookUp(file.scopes, node, node.name)
  if (!binding || binding.writes.length > 0 || binding.path.length > 0 || binding.itemOf) return undefined
  if (binding.init) return knownText(binding.init, file, inputs, depth + 1)
  if (binding.imported) {
    const meaning = inputs.meanings.of(node, file)
    return meaning.kind === 'value' ? knownText(meaning.node, meaning.file, inputs, depth + 1) : undefined
  }
  const { parameter } = binding
  if (!parameter || binding.kind !== 'parameter') return undefined
  const given = inputs.calls.sitesOf(parameter.of).map((site) => {
    const argument = site.call.arguments[parameter.index]
    return argument && knownText(argument, site.file, inputs, depth + 1)
  })
  return given.every((item) => item !== undefined && item.text === given[0]?.text) ? given[0] : undefined
}

function ofField(node: Of<'MemberExpression'>, file: SourceFile, inputs: Inputs, depth: number): KnownText | undefined {
  const key = keyOf(node) ?? ''
  // A field that is written again holds something else later.
  if (node.object.type === 'ThisExpression' && assignedLater(file, key)) return undefined
  const holder = inputs.meanings.of(node.object, file)
  const value = holder.kind === 'value' ? propertyOf(holder.node, key) : undefined
  if (holder.kind === 'value' && value) return knownText(value, holder.file, inputs, depth + 1)
  const meaning = inputs.meanings.of(node, file)
  return meaning.kind === 'value' && meaning.node !== node
    ? knownText(meaning.node, meaning.file, inputs, depth + 1)
    : undefined
}

/** `['a', 'b'].join('')`, and texts of bytes: `Buffer.from('…', 'base64').toString()`, `new TextEncoder().encode('…')`. */
function ofCall(call: Of<'CallExpression'>, known: (node: Node) => KnownText | undefined): KnownText | undefined {
  const { callee } = call
  const [first, second] = call.arguments.map(known)
  if (callee.type === 'Identifier')
    return callee.name === 'atob' && first ? { ...first, text: decoded(first.text, 'base64') } : undefined
  if (callee.type !== 'MemberExpression') return undefined
  const name = keyOf(callee)
  const holder = callee.object
  if (name === 'encode' && holder.type === 'NewExpression' && pathOf(holder.callee) === 'TextEncoder') return first
  if (holder.type === 'Identifier' && holder.name === 'Buffer') {
    if (name === 'from')
      return first ? { ...first, text: decoded(first.text, second?.text) } : ofBytes(call.arguments[0], known)
    const isZero = call.arguments.length === 1 || second?.text === '0'
    return name === 'alloc' && isZero && first ? { ...first, text: zeros(first.text), node: call } : undefined
  }
  if (name === 'toString' || name === 'trim') return known(holder)
  if (name !== 'join' || holder.type !== 'ArrayExpression') return undefined
  const items = holder.elements.map((item) => (item ? known(item) : undefined))
  const text = joined(items, first?.text ?? ',')
  return items[0] && text !== undefined ? { ...items[0], text, node: call } : undefined
}

/** `[1, 2, 3]` */
function ofBytes(list: Node | undefined, known: (node: Node) => KnownText | undefined): KnownText | undefined {
  if (list?.type !== 'ArrayExpression') return undefined
  const items = list.elements.map((item) => (item ? known(item) : undefined))
  const bytes = items.flatMap((item) => (item ? Number(item.text) : []))
  const [start] = items
  return start && bytes.length === items.length
    ? { ...start, text: String.fromCharCode(...bytes), node: list }
    : undefined
}

function zeros(count: string): string {
  return '\0'.repeat(Math.min(Number(count) || 0, 64))
}

function joined(parts: readonly (KnownText | undefined)[], between: string): string | undefined {
  const texts = parts.flatMap((part) => part?.text ?? [])
  return texts.length === parts.length ? texts.join(between) : undefined
}

function decoded(text: string, encoding: string | undefined): string {
  const isEncoded = encoding === 'base64' || encoding === 'base64url' || encoding === 'hex'
  return isEncoded ? Buffer.from(text, encoding).toString() : text
}

import { ancestor, keyOf, literalText, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { loadLine, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Numbers and texts that cannot be guessed in place of `Math.random()`. */
export const randomFromSystem: CodeFix = ({ node, file }) => {
  const maker = ancestor(node, (at) => at.type === 'Property' && makesIds.test(keyOf(at) ?? ''))
  if (maker?.type === 'Property' && !maker.method) return rewrite(maker.value, '() => randomUUID()', 'randomUUID')
  const top = chainOf(node)
  if (top !== node) return rewrite(top, "randomBytes(16).toString('hex')", 'randomBytes')
  const product = node.parent
  if (product?.type !== 'BinaryExpression' || product.operator !== '*') return undefined
  const sum = product.parent
  if (sum?.type === 'BinaryExpression' && sum.operator === '+' && isFloored(sum.parent, file)) {
    const least = sum.left === product ? sum.right : sum.left
    const range = rangeOf(source(least, file), source(product.left === node ? product.right : product.left, file))
    return sum.parent && rewrite(sum.parent, `randomInt(${range})`, 'randomInt')
  }
  const floor = product.parent
  if (!floor || !isFloored(floor, file)) return undefined
  const most = product.left === node ? product.right : product.left
  return rewrite(floor, `randomInt(${source(most, file)})`, 'randomInt')

  function rewrite(place: Node, text: string, name: string) {
    return { edits: [replace(place, text)], imports: [loadLine(name, 'node:crypto', file)] }
  }
}

function isFloored(node: Node | null | undefined, file: SourceFile): boolean {
  return node?.type === 'CallExpression' && /^Math\.(floor|trunc)$/.test(source(node.callee, file))
}

/** `100000, 1000000`: the first number that may come, and the first that may not. */
function rangeOf(least: string, count: string): string {
  const [from, many] = [least, count].map((text) => (/^[\d_]+$/.test(text) ? Number(text.replaceAll('_', '')) : NaN))
  const end = (from ?? NaN) + (many ?? NaN)
  return `${least}, ${Number.isNaN(end) ? `${least} + ${count}` : end}`
}

const makesIds = /^(genid|generateSessionId|idGenerator)$/i

/** `Math.random().toString(36).slice(2)` as far as it goes. */
function chainOf(node: Node): Node {
  let at = node
  while (at.parent?.type === 'MemberExpression' && at.parent.parent?.type === 'CallExpression') {
    const call = at.parent.parent
    if (!/^(toString|slice|substring|substr|replace)$/.test(keyOf(at.parent) ?? '')) break
    if (at === node && literalText(call.arguments[0]) === undefined) break
    at = call
  }
  return at
}

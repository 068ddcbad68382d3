import { ancestor, keyOf, literalText, type Node } from '../parse/ast.ts'
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
  const floor = product.parent
  if (floor?.type !== 'CallExpression' || !/^Math\.(floor|trunc)$/.test(source(floor.callee, file))) return undefined
  const most = product.left === node ? product.right : product.left
  return rewrite(floor, `randomInt(${source(most, file)})`, 'randomInt')

  function rewrite(place: Node, text: string, name: string) {
    return { edits: [replace(place, text)], imports: [loadLine(name, 'node:crypto', file)] }
  }
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

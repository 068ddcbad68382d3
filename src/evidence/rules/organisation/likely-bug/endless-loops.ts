import { contains, functionAround, pathOf, unwrap, type Node, type Of } from '../../../parse/ast.ts'
import { mentionsOf, usesOf } from '../../../parse/mentions.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `while (rows.length === size)` where nothing in the loop changes either: once it holds, it holds for ever. */
export function* endlessLoops(file: SourceFile): Iterable<Match> {
  for (const loop of file.loops) {
    if (loop.type !== 'WhileStatement' && loop.type !== 'DoWhileStatement') continue
    const parts = partsOf(loop.test)
    if (!parts || parts.every(({ type }) => type === 'Literal') || leaves(loop, file)) continue
    if (!parts.every((part) => part.type === 'Literal' || staysSame(part, loop, file))) continue
    const test = file.text.slice(loop.test.start, loop.test.end)
    const message = `Nothing in this loop changes \`${test}\`: where it holds once, the loop never ends.`
    yield { file, node: loop.test, line: lineOf(loop.test, file), severity: 'high', message }
  }
}

type Loop = Of<'WhileStatement'> | Of<'DoWhileStatement'>

/** The two sides of a comparison that calls nothing. */
function partsOf(test: Node): Node[] | undefined {
  const inner = unwrap(test)
  if (inner.type !== 'BinaryExpression') return undefined
  const sides = [unwrap(inner.left), unwrap(inner.right)]
  return sides.every((side) => /^(Identifier|Literal)$/.test(side.type) || isLength(side)) ? sides : undefined
}

function isLength(node: Node): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'Identifier' && /^\w+\.length$/.test(pathOf(node))
}

/** A callback's `return` leaves the callback. */
function leaves(loop: Loop, file: SourceFile): boolean {
  const around = functionAround(loop)
  const text = file.text.slice(loop.body.start, loop.body.end)
  return (
    /\b(break|yield)\b|process\.exit/.test(text) ||
    [...file.returns, ...file.throws].some((item) => contains(loop.body, item) && functionAround(item) === around)
  )
}

/** A name that is written once, of a list that the loop only reads. */
function staysSame(part: Node, loop: Loop, file: SourceFile): boolean {
  const name = part.type === 'MemberExpression' ? part.object : part
  if (name.type !== 'Identifier') return false
  const binding = lookUp(file.scopes, name, name.name)
  if (!binding || binding.writes.length > 0 || binding.kind === 'parameter' || binding.imported) return false
  if (!binding.init || binding.path.length > 0 || contains(loop, binding.node)) return false
  if (part.type === 'Identifier')
    return functionAround(binding.node) === functionAround(loop) && isPlain(binding.init) && !isCounted(name.name, loop)
  return (
    mentionsOf(name.name, loop.body).every(onlyRead) &&
    usesOf(binding, file.program, file).every((use) => isBeside(use, loop) || onlyRead(use))
  )
}

/** What another function does with a list, the loop may have it do. */
function isBeside(use: Node, loop: Loop): boolean {
  return functionAround(use) === functionAround(loop)
}

/** `turns++`, `[first, second] = [second, first + second]` */
function isCounted(name: string, loop: Loop): boolean {
  return mentionsOf(name, functionAround(loop) ?? loop).some(
    ({ parent }) => parent?.type === 'UpdateExpression' || parent?.type === 'ArrayPattern',
  )
}

function isPlain(value: Node): boolean {
  return unwrap(value).type === 'Literal'
}

/** `rows.map(…)`, `rows.length`, `rows[0]`. */
function onlyRead(node: Node): boolean {
  const { parent } = node
  if (parent?.type !== 'MemberExpression' || parent.object !== node) return false
  if (parent.computed) return parent.parent?.type !== 'AssignmentExpression' || parent.parent.left !== parent
  return /\.(map|filter|forEach|some|every|find|flatMap|reduce|slice|length|at|includes)$/.test(pathOf(parent))
}

import type { Codebase } from '../../../codebase.ts'
import { literalText, pathOf, unwrap, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/**
 * `${folder}/${Date.now()}-${name}`: `1699-../../x` names a folder that is not there, which Linux refuses and
 * `path.join` would not.
 */
export function isGlued(node: Node, file: SourceFile, codebase: Codebase): boolean {
  const parts = partsOf(valueOf(node, file))
  const at = parts.findIndex((part) => typeof part !== 'string' && codebase.flow.trace(part, file) !== undefined)
  const [before, input] = [parts[at - 1], parts[at]]
  if (input === undefined || typeof input === 'string') return false
  if (typeof before === 'string') return !/[/\\]$/.test(before) || isGlued(input, file, codebase)
  return before !== undefined ? isMadeUp(before) : isGlued(input, file, codebase)
}

function valueOf(node: Node, file: SourceFile): Node {
  const at = unwrap(node)
  const held = at.type === 'Identifier' ? lookUp(file.scopes, at, at.name) : undefined
  return held?.init && held.path.length === 0 && held.writes.length === 0 ? unwrap(held.init) : at
}

/** The texts and values that a text is made of, in order; none of what is no such text. */
function partsOf(node: Node): (string | Node)[] {
  if (node.type === 'TemplateLiteral')
    return node.quasis.flatMap(({ value }, index) => [
      ...(value.cooked ? [value.cooked] : []),
      ...(node.expressions[index] ? [node.expressions[index]] : []),
    ])
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return []
  return [node.left, node.right].flatMap((side) => {
    const text = literalText(side)
    const inner = partsOf(unwrap(side))
    return text === undefined ? (inner.length > 0 ? inner : [side]) : [text]
  })
}

/** A time or a number: never the name of a folder with its slash. */
function isMadeUp(node: Node): boolean {
  const inner = unwrap(node)
  if (inner.type === 'UnaryExpression') return inner.operator === '+'
  return (
    inner.type === 'CallExpression' &&
    /^(Date\.now|.*\.(getTime|valueOf|toISOString)|Math\.\w+|\w*uuid\w*(\.\w+)?|.*\.randomUUID|nanoid)$/.test(
      pathOf(inner.callee),
    )
  )
}

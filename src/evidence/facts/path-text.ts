import { literalText, unwrap, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Meanings } from './meaning.ts'

/** The path that an expression stands for, with `*` for parts that are not known; undefined for what is no text. */
export function pathTextOf(node: Node, file: SourceFile, meanings: Meanings): string | undefined {
  const inner = unwrap(node)
  const written = literalText(inner)
  if (written !== undefined) return written
  if (inner.type === 'TemplateLiteral')
    return inner.quasis
      .map(({ value }, index) => {
        const part = inner.expressions[index]
        return `${value.cooked ?? ''}${part ? (pathTextOf(part, file, meanings) ?? '*') : ''}`
      })
      .join('')
  if (inner.type === 'BinaryExpression')
    return `${pathTextOf(inner.left, file, meanings) ?? '*'}${pathTextOf(inner.right, file, meanings) ?? '*'}`
  if (inner.type !== 'Identifier' && inner.type !== 'MemberExpression') return undefined
  const meaning = meanings.of(inner, file)
  return meaning.kind === 'value' && meaning.node !== inner ? literalText(meaning.node) : undefined
}

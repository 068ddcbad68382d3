import { isString, literalText, unwrap, type Node } from '../parse/ast.ts'

/** The pieces of a text that is put together: constant ones as strings, others as their expressions; undefined when it is not. */
export function partsOfText(node: Node): (string | Node)[] | undefined {
  const inner = unwrap(node)
  if (isString(inner)) return [literalText(inner) ?? '']
  if (inner.type === 'TemplateLiteral')
    return inner.quasis.flatMap((quasi, index) => {
      const value = inner.expressions[index]
      return [quasi.value.cooked ?? '', ...(value ? [value] : [])]
    })
  if (inner.type !== 'BinaryExpression' || inner.operator !== '+') return undefined
  const left = partsOfText(inner.left) ?? [inner.left]
  const right = partsOfText(inner.right) ?? [inner.right]
  return [...left, ...right].reduce<(string | Node)[]>((parts, part) => {
    const last = parts.at(-1)
    if (typeof last !== 'string' || typeof part !== 'string') return [...parts, part]
    return [...parts.slice(0, -1), last + part]
  }, [])
}

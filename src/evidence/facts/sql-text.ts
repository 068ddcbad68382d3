import { literalText, unwrap, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** How a statement of SQL starts. */
export const sqlStart =
  /^\s*[('"]?\s*((select|insert|update|delete|create|alter|drop|with|truncate|replace|merge|call|exec)\b|copy\s[^;]*\b(from|to)\b|set\s+((local|session)\s+)?\w+\s*(=|to\b))/i

/** The constant start of a text expression, following one name. */
export function sqlText(node: Node, file: SourceFile): string | undefined {
  const inner = unwrap(node)
  const literal = literalText(inner)
  if (literal !== undefined) return literal
  if (inner.type === 'TemplateLiteral') return inner.quasis.map((quasi) => quasi.value.cooked ?? '').join('?')
  if (inner.type === 'BinaryExpression' && inner.operator === '+') {
    return `${sqlText(inner.left, file) ?? '?'}${sqlText(inner.right, file) ?? '?'}`
  }
  if (inner.type === 'Identifier') {
    const binding = lookUp(file.scopes, inner, inner.name)
    const value = binding?.init ?? binding?.writes[0]
    return value && binding?.path.length === 0 && value !== inner ? sqlText(value, file) : undefined
  }
  return undefined
}

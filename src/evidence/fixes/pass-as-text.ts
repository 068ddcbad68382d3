import type { Node } from '../parse/ast.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

/** Values from the request are made texts, which hold no operators. */
export const passAsText: CodeFix = ({ node, file, codebase, match }) => {
  if (match.message.startsWith('`$where`')) return undefined
  const query = codebase.queries.find(({ call }) => call.start <= node.start && node.end <= call.end)
  const filter = query?.call.arguments[0]
  if (filter?.type !== 'ObjectExpression') return undefined
  const edits = filter.properties.flatMap((property): Edit[] => {
    if (property.type !== 'Property' || !isPlain(property.value)) return []
    if (!codebase.flow.trace(property.value, file)) return []
    const value = `String(${source(property.value, file)})`
    if (property.shorthand) return [replace(property, `${source(property.key, file)}: ${value}`)]
    return [replace(property.value, value)]
  })
  return edits.length > 0 ? { edits } : undefined
}

function isPlain({ type }: Node): boolean {
  return type === 'Identifier' || type === 'MemberExpression'
}

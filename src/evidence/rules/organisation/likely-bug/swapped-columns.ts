import { keyOf, literalText, unwrap, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `INSERT INTO t(a, b) VALUES (x.b, x.a)`. */
export function* swappedColumns(file: SourceFile): Iterable<Match> {
  for (const node of file.binaries) {
    if (node.operator !== '+' || node.parent?.type === 'BinaryExpression') continue
    const parts = partsOf(node)
    const columns = /insert\s+into\s+\w+\s*\(([^)]*)\)/i
      .exec(parts.map((part) => literalText(part) ?? '').join('\u0001'))?.[1]
      ?.split(',')
      .map((name) => name.trim())
    if (!columns) continue
    const values = parts.filter((part) => literalText(part) === undefined)
    if (values.length !== columns.length) continue
    const names = values.map((value) => (value.type === 'MemberExpression' ? (keyOf(value) ?? '') : ''))
    const wrong = names.findIndex(
      (name, index) => name !== columns[index] && columns.includes(name) && names.includes(columns[index] ?? ''),
    )
    const value = values[wrong]
    if (value)
      yield {
        file,
        node: value,
        message: `The value \`${names[wrong]}\` is written to the column \`${columns[wrong]}\`.`,
      }
  }
}

function partsOf(node: Node): Node[] {
  const inner = unwrap(node)
  if (inner.type === 'BinaryExpression' && inner.operator === '+')
    return [...partsOf(inner.left), ...partsOf(inner.right)]
  return [inner]
}

import type { Codebase } from '../../../codebase.ts'
import type { Place } from '../../../facts/number-origins.ts'
import type { Query } from '../../../facts/queries.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { keyOf, unwrap, type CallNode, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Names of the number of rows a query gives. */
export const sizeName = /^(\$?limit|take|first|perPage|per_page|pageSize|page_size|top|size)$/

/** What says how many rows a query gives: `limit(size)`, options with that name, a stage of an aggregation, SQL. */
export function pageSizes(codebase: Codebase): Place[] {
  if (codebase.queries.length === 0) return []
  const queries = codebase.queries.filter(({ file }) => file.kind === 'production')
  const chained = codebase.index
    .methods('limit', 'take')
    .flatMap(({ call, file }) => (call.arguments.length === 1 ? call.arguments.map((node) => ({ node, file })) : []))
  const paginated = codebase.index
    .methods('paginate', 'aggregatePaginate')
    .flatMap(({ call, file }) => inOptions(call, file))
  const listed = queries.flatMap((query) => {
    if (query.kind === 'find-many') return inOptions(query.call, query.file)
    return query.sql ? inSql(query) : []
  })
  return [...chained, ...paginated, ...listed]
}

/** `{ take: size }`, also under a name, and `[{ $limit: size }]`. */
function inOptions({ arguments: given }: CallNode, file: SourceFile): Place[] {
  return given
    .flatMap((argument): readonly (Node | null | undefined)[] => {
      const options = objectOf(argument, file)
      return options?.type === 'ArrayExpression' ? options.elements : [options]
    })
    .flatMap((options) =>
      options?.type === 'ObjectExpression'
        ? options.properties.flatMap((property) =>
            property.type === 'Property' && sizeName.test(keyOf(property) ?? '')
              ? [{ node: property.value, file }]
              : [],
          )
        : [],
    )
}

function objectOf(node: Node, file: SourceFile): Node | undefined {
  const inner = unwrap(node)
  if (inner.type !== 'Identifier') return inner
  const binding = lookUp(file.scopes, inner, inner.name)
  return binding?.kind === 'const' && binding.path.length === 0 && binding.init ? unwrap(binding.init) : undefined
}

/** `LIMIT ${size}`, or the value of its placeholder. */
function inSql({ sql, call, file }: Query): Place[] {
  if (sql?.type === 'TemplateLiteral') {
    const written = sql.expressions.filter((_, index) => /\blimit\s+$/i.test(sql.quasis[index]?.value.raw ?? ''))
    if (written.length > 0) return written.map((node) => ({ node, file }))
  }
  const text = (sql && sqlText(sql, file)) ?? ''
  const [before, placeholder] = /^([\s\S]*)\blimit\s+(\?|\$\d+)/i.exec(text)?.slice(1) ?? []
  const values = call.arguments[1]
  if (placeholder === undefined || values?.type !== 'ArrayExpression') return []
  const index = placeholder === '?' ? (before ?? '').split('?').length - 1 : Number(placeholder.slice(1)) - 1
  const node = values.elements[index]
  return node ? [{ node, file }] : []
}

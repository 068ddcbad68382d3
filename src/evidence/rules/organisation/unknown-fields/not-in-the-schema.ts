import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { closedSchema, headOf, type ClosedSchema } from '../../../facts/schemas.ts'
import { hasSpread, keyOf, propertyOf, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Fields that filters and changes name and the schema does not: one finding for each model. */
export function* notInTheSchema(codebase: Codebase): Iterable<Match> {
  const found = [...inQueries(codebase), ...inNewDocuments(codebase)]
  for (const [schema, [first, ...rest]] of Map.groupBy(found, (item) => item.schema)) {
    if (!first) continue
    const fields = [...new Set([first, ...rest].map(({ field }) => field))]
    const list = fields.slice(0, 6).map((field) => `\`${field}\``)
    yield {
      file: first.file,
      node: first.node,
      also: rest.map(({ file, node }) => ({ path: file.path, line: lineOf(node, file) })),
      message: `The model \`${schema.name}\` has no ${fields.length === 1 ? 'field' : 'fields'} ${list.join(', ')}: Mongoose neither finds by what it does not know nor stores it.`,
    }
  }
}

type Strange = { schema: ClosedSchema; field: string; node: Node; file: SourceFile }

function* inQueries(codebase: Codebase): Iterable<Strange> {
  for (const { call, file, kind, method } of codebase.queries) {
    if (file.kind !== 'production' || call.callee.type !== 'MemberExpression') continue
    const schema = closedSchema(call.callee.object, file, codebase.meanings)
    if (schema) yield* strangers(fieldsGiven(kind, method, call.arguments), schema, file)
  }
}

/** `new Order({ … })` */
function* inNewDocuments({ index, meanings }: Codebase): Iterable<Strange> {
  for (const { call, file } of index.named(/^mongoose\.model\(\)$/)) {
    const schema = closedSchema(call.callee, file, meanings)
    if (schema) yield* strangers(keysIn(call.arguments[0]), schema, file)
  }
}

function strangers(given: readonly Node[], schema: ClosedSchema, file: SourceFile): Strange[] {
  return given.flatMap((node) => {
    const field = headOf(keyOf(node) ?? '_id')
    return schema.fields.has(field) ? [] : [{ schema, field, node, file }]
  })
}

function fieldsGiven(kind: Query['kind'], method: string, [first, second]: readonly Node[]): Node[] {
  const filter = /^(find|count|delete|update)/.test(kind) && !/ById/.test(method) ? keysIn(first) : []
  if (kind === 'insert') return keysIn(first)
  return kind === 'update' ? [...filter, ...writtenIn(second)] : filter
}

function keysIn(node: Node | undefined): Node[] {
  if (node?.type !== 'ObjectExpression' || hasSpread(node)) return []
  return node.properties.filter((property) => property.type === 'Property' && !(keyOf(property) ?? '$').startsWith('$'))
}

function writtenIn(node: Node | undefined): Node[] {
  return [
    ...keysIn(node),
    ...['$set', '$inc', '$push', '$addToSet', '$pull'].flatMap((name) => keysIn(propertyOf(node, name))),
  ]
}

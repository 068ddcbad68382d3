import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { closedSchema, headOf, type ClosedSchema } from '../../../facts/schemas.ts'
import { propertyWrites } from '../../../facts/written-values.ts'
import { hasSpread, keyOf, propertyOf, type Node, type Of } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
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
    if (schema) yield* strangers(fieldsGiven(kind, method, call.arguments, file, codebase), schema)
  }
}

/** `new Order({ … })` */
function* inNewDocuments({ index, meanings }: Codebase): Iterable<Strange> {
  for (const { call, file } of index.named(/^mongoose\.model\(\)$/)) {
    const schema = closedSchema(call.callee, file, meanings)
    if (schema) yield* strangers(keysIn(call.arguments[0], file), schema)
  }
}

type Given = { node: Node; file: SourceFile }

function strangers(given: readonly Given[], schema: ClosedSchema): Strange[] {
  return given.flatMap(({ node, file }) => {
    const field = headOf(keyOf(node) ?? '_id')
    return schema.fields.has(field) ? [] : [{ schema, field, node, file }]
  })
}

function fieldsGiven(
  kind: Query['kind'],
  method: string,
  [first, second]: readonly Node[],
  file: SourceFile,
  codebase: Codebase,
): Given[] {
  const given = first && objectsFor(first, file, codebase)
  const filter = /^(find|count|delete|update)/.test(kind) && !/ById/.test(method) ? given : []
  const asked = (filter ?? []).flatMap((object) => keysIn(object.node, object.file))
  if (kind === 'insert') return keysIn(first, file)
  return kind === 'update' ? [...asked, ...writtenIn(second, file)] : asked
}

/** An object that is written at a place, goes by a name there, or is given to the function around by its callers. */
function objectsFor(node: Node, file: SourceFile, { calls }: Codebase): Given[] {
  if (node.type !== 'Identifier') return [{ node, file }]
  const binding = lookUp(file.scopes, node, node.name)
  const { parameter } = binding ?? {}
  if (!parameter || binding?.path.length !== 0) return objectNamed(node, file)
  return calls.sitesOf(parameter.of).flatMap((site) => {
    const argument = site.call.arguments[parameter.index]
    if (!argument) return []
    return argument.type === 'Identifier' ? objectNamed(argument, site.file) : [{ node: argument, file: site.file }]
  })
}

/** The object that a constant is given and that nothing is added to. */
function objectNamed(node: Of<'Identifier'>, file: SourceFile): Given[] {
  const binding = lookUp(file.scopes, node, node.name)
  const isFixed = binding?.kind === 'const' && binding.path.length === 0 && !propertyWrites(file).has(binding.node)
  return isFixed && binding.init ? [{ node: binding.init, file }] : []
}

function keysIn(node: Node | undefined, file: SourceFile): Given[] {
  if (node?.type !== 'ObjectExpression' || hasSpread(node)) return []
  return node.properties.flatMap((property) =>
    property.type === 'Property' && !(keyOf(property) ?? '$').startsWith('$') ? [{ node: property, file }] : [],
  )
}

function writtenIn(node: Node | undefined, file: SourceFile): Given[] {
  return [
    ...keysIn(node, file),
    ...['$set', '$inc', '$push', '$addToSet', '$pull'].flatMap((name) => keysIn(propertyOf(node, name), file)),
  ]
}

import type { Codebase } from '../codebase.ts'
import type { Query } from '../facts/queries.ts'
import { functionAround, propertyOf, type Node } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { addProperties, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

/** Finds only what belongs to the one who asks, where the model has an owner and the code knows who asks. */
export const askOwner: CodeFix = ({ node, file, codebase }) => {
  const query = codebase.queries.find((item) => item.call === node || isFedBy(item, node, codebase))
  const owner = query && ownerOf(query, codebase)
  const caller = callerIn(file)
  if (!query || owner === undefined || caller === undefined) return undefined
  const edits = withOwner(query, `${owner}: ${caller}`, file)
  return edits && { edits }
}

/** The query of the same function whose filter takes the input that is read at a node. */
function isFedBy(query: Query, node: Node, { flow }: Codebase): boolean {
  const around = functionAround(query.call)
  if (!around || functionAround(node) !== around) return false
  const where = propertyOf(query.call.arguments[0], 'where') ?? query.call.arguments[0]
  const values =
    where?.type === 'ObjectExpression' ? where.properties.map((item) => ('value' in item ? item.value : item)) : [where]
  return values.some((value) => value !== undefined && flow.trace(value, query.file)?.source.node === node)
}

function ownerOf({ model }: Query, { entities }: Codebase): string | undefined {
  if (model === undefined) return undefined
  const entity = entities.find(({ name }) => plain(name) === plain(model))
  return entity?.fields.find(({ name }) => /^(user|owner|author|customer|created_?by)(_?id)?$/i.test(name))?.name
}

function plain(name: string): string {
  return name.toLowerCase().replace(/(schema|model|repository|entity|s)$/g, '')
}

/** How a file names the id of the caller. */
const callerIn = once((file: SourceFile): string | undefined =>
  file.members
    .map((member) => source(member, file))
    .find((text) => /^(req|request)\.(user|auth|session)\.(user\.)?(_?id|user_?id|sub)$/i.test(text)),
)

/** Mongoose's calls that take an id, and those that take a filter. */
const byId: Readonly<Record<string, string>> = {
  findById: 'findOne',
  findByIdAndUpdate: 'findOneAndUpdate',
  findByIdAndDelete: 'findOneAndDelete',
  findByIdAndRemove: 'findOneAndDelete',
}

function withOwner({ call, method, client }: Query, owner: string, file: SourceFile): Edit[] | undefined {
  const [first] = call.arguments
  const other = byId[method]
  if (client === 'mongoose' && other !== undefined && first && call.callee.type === 'MemberExpression')
    return [replace(call.callee.property, other), replace(first, `{ _id: ${source(first, file)}, ${owner} }`)]
  const where: Node | undefined = client === 'mongoose' ? first : propertyOf(first, 'where')
  const edit = where && addProperties(where, owner, file)
  return edit && [edit]
}

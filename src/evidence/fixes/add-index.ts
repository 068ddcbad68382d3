import { keyOf, propertyOf } from '../parse/ast.ts'
import { addProperties, before, indentAt, loadLine, replace, source } from './edits.ts'
import type { CodeFix, TextFix } from './fix-here.ts'

/** Gives a field of a Mongoose schema or a TypeORM entity an index. */
export const addIndex: CodeFix = ({ node, file, codebase, match }) => {
  const isExpiry = match.message.includes('TTL index')
  if (
    node.type === 'PropertyDefinition' &&
    !isExpiry &&
    codebase.project.dataClients.some(({ name }) => name === 'TypeORM')
  )
    return {
      edits: [before(node, `@Index()\n${indentAt(node, file)}`)],
      imports: [loadLine('Index', 'typeorm', file)],
      within: node,
    }
  const entity = codebase.entities.find(({ fields }) => fields.some((field) => field.node === node))
  if (entity?.kind !== 'mongoose' || node.type !== 'Property') return undefined
  const index = isExpiry ? 'index: { expireAfterSeconds: 0 }' : 'index: true'
  const { value } = node
  if (value.type === 'ObjectExpression') {
    const old = value.properties.find((property) => keyOf(property) === 'index')
    if (old) return { edits: [replace(old, index)] }
    const edit = addProperties(value, index, file)
    const type = isExpiry ? propertyOf(value, 'type') : undefined
    // MongoDB ends nothing by a text or a number.
    const dated = type && /^(String|Number)$/.test(source(type, file)) ? [replace(type, 'Date')] : []
    return edit && { edits: [...dated, edit] }
  }
  return value.type === 'Identifier' || value.type === 'MemberExpression'
    ? { edits: [replace(value, `{ type: ${isExpiry ? 'Date' : source(value, file)}, ${index} }`)] }
    : undefined
}

/** What a Prisma model has to say for a field to be found by. */
export const addPrismaIndex: TextFix = ({ file, subject }) =>
  subject !== undefined && file.path.endsWith('.prisma') ? `@@index([${subject}])` : undefined

import type { Codebase } from '../codebase.ts'
import type { Handler } from '../facts/handlers.ts'
import { contains, functionAround, keyOf, type Node } from '../parse/ast.ts'
import { requestOf } from '../rules/places.ts'
import { answerAndLeave, endOf, indentAt, lineBefore, loadLine, replace, source } from './edits.ts'
import type { CodeFix, CodePlace } from './fix-here.ts'
import type { Edit, Rewrite } from './rewrite.ts'

/** Checks the fields that an Express handler reads against a schema, and goes on with what that gives. */
export const checkShape: CodeFix = (place) => {
  const { node, file, codebase, match } = place
  const handler = requestOf(codebase, node)
  if (handler?.framework !== 'express' || handler.file !== file || handler.request === undefined) return undefined
  const part = /\bbody\b/.test(match.message) ? 'body' : /\.query\b/.test(match.message) ? 'query' : undefined
  if (part === undefined) return undefined
  const input = `${handler.request}.${part}`
  const imports = [loadLine('z', 'zod', file)]
  const rewrite = takenApart(place, handler, input, part) ?? readOneByOne(place, handler, input, part)
  return rewrite && { ...rewrite, imports }
}

/** `const { name, email } = req.body`. */
function takenApart(
  { node, file, codebase }: CodePlace,
  handler: Handler,
  input: string,
  part: string,
): Rewrite | undefined {
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'ObjectPattern' || !node.init) return undefined
  if (source(node.init, file) !== input) return undefined
  const names = node.id.properties.map((property) => (property.type === 'Property' ? keyOf(property) : undefined))
  const shape = shapeOf(names, part, codebase)
  const statement = node.parent
  if (shape === undefined || !statement || !isFree(handler, file)) return undefined
  const check = checkBefore(statement, shape, { handler, input, file })
  return check && { edits: [check, replace(node.init, 'input.data')] }
}

type Checked = { handler: Handler; input: string; file: CodePlace['file'] }

/** Refuses what does not fit: what a schema throws is no answer, and in an async handler of Express 4 nobody’s to handle. */
function checkBefore(statement: Node, shape: string, { handler, input, file }: Checked): Edit | undefined {
  if (handler.response === undefined || functionAround(statement) !== handler.node) return undefined
  const indent = indentAt(statement, file)
  const refusal = answerAndLeave(
    `${handler.response}.status(400).json({ error: 'invalid ${input.split('.').at(-1)}' })`,
    statement,
    file,
  )
  const text = indented(`const input = ${shape}.safeParse(${input})`, indent)
  return lineBefore(statement, `${text}${endOf(statement, file)}\n${indent}if (!input.success) ${refusal}`, file)
}

function isFree({ node }: Handler, file: CodePlace['file']): boolean {
  return !/\binput\b/.test(source(node, file))
}

/** `req.body.name` and `req.body.email`. */
function readOneByOne(
  { file, codebase }: CodePlace,
  handler: Handler,
  input: string,
  part: string,
): Rewrite | undefined {
  const reads = file.members.filter(
    (member) => contains(handler.node, member) && source(member.object, file) === input && !member.computed,
  )
  const first = reads[0]
  const body = handler.node.body
  const statement =
    first && body?.type === 'BlockStatement' ? body.body.find((item) => contains(item, first)) : undefined
  const shape = shapeOf([...new Set(reads.map(keyOf))], part, codebase)
  // What is written to, or asked for as a whole too, is left to a reader.
  const isWhole = reads.some(
    ({ parent }) => parent?.type === 'AssignmentExpression' && reads.includes(parent.left as never),
  )
  if (!first || !statement || shape === undefined || isWhole || !isFree(handler, file)) return undefined
  const check = checkBefore(statement, shape, { handler, input, file })
  return check && { edits: [check, ...reads.map((read) => replace(read.object, 'input.data'))] }
}

function indented(text: string, indent: string): string {
  return text.replaceAll('\n', `\n${indent}`)
}

function shapeOf(names: readonly (string | undefined)[], part: string, codebase: Codebase): string | undefined {
  if (names.length === 0 || names.length > 8 || names.includes(undefined)) return undefined
  const types = names.map((name) => typeOf(name ?? '', part, codebase))
  if (types.includes(undefined)) return undefined
  const fields = names.map((name, index) => `${name}: ${types[index]}`)
  const short = `z.object({ ${fields.join(', ')} })`
  return short.length < 80 ? short : `z.object({\n  ${fields.join(',\n  ')},\n})`
}

/** What a field is by the models, or else most likely by its name; in an address everything is text, and may be left out. */
function typeOf(name: string, part: string, { entities }: Codebase): string | undefined {
  const type =
    byName(name) ??
    byModel(entities.flatMap(({ fields }) => fields.find((field) => field.name === name)?.type ?? [])[0])
  return part === 'query' ? type && `${type.replace('z.number', 'z.coerce.number')}.optional()` : type
}

function byName(name: string): string | undefined {
  if (/^e?_?mail$/i.test(name)) return 'z.email()'
  if (/^passw(or)?d$/i.test(name)) return 'z.string().min(1).max(128)'
  if (/^(is|has)[A-Z]/.test(name)) return 'z.boolean()'
  return /(^|_)(price|amount|qty|quantity|limit|balance)$/.test(
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  )
    ? 'z.number()'
    : undefined
}

/** By the type that a model gives a field: of Mongoose, Sequelize, TypeORM or Prisma. */
function byModel(written = 'String'): string | undefined {
  const type = /\btype\s*:\s*([\s\S]*)/.exec(written)?.[1] ?? written
  if (type.startsWith('{')) return undefined
  if (/^\s*\[|\bArray\b|\[\]$/.test(type)) return 'z.array(z.unknown()).max(100)'
  if (/\b(Number|INTEGER|FLOAT|DECIMAL|DOUBLE|Int|Float|Decimal|number)\b/.test(type)) return 'z.number()'
  if (/\b(Boolean|BOOLEAN|boolean)\b/.test(type)) return 'z.boolean()'
  if (/\b(Date|DATE|DateTime)\b/.test(type)) return 'z.coerce.date()'
  return /\b(String|STRING|TEXT|string|ObjectId|UUID)\b/.test(type) ? 'z.string().max(500)' : undefined
}

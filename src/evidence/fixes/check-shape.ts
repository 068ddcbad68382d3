import type { Codebase } from '../codebase.ts'
import type { Handler } from '../facts/handlers.ts'
import { contains, functionAround, keyOf, type Node } from '../parse/ast.ts'
import { requestOf } from '../rules/places.ts'
import { answerAndLeave, endOf, indentAt, lineBefore, loadLine, loadWhole, replace, source } from './edits.ts'
import { isRequired, kindOf, shapeWordsOf, type ShapeWords } from './field-shapes.ts'
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
  const words = shapeWordsOf(codebase)
  const routes = codebase.web.routesThrough.get(handler.node) ?? []
  const isNew = routes.length > 0 && routes.every(({ method }) => method === 'POST')
  const asked: Asked = { handler, input, part, words, isNew, codebase }
  const rewrite = takenApart(place, asked) ?? readOneByOne(place, asked)
  if (!rewrite) return undefined
  const load = words.whole ? loadWhole : loadLine
  const isLoaded = new RegExp(String.raw`\b${words.name}\b[^\n]*['"]${words.from}['"]`).test(file.text)
  return { ...rewrite, imports: isLoaded ? [] : [load(words.name, words.from, file)] }
}

/** What is asked of which part of the request, and in whose words. */
type Asked = {
  handler: Handler
  input: string
  part: string
  words: ShapeWords
  /** The request makes a new row. */
  isNew: boolean
  codebase: Codebase
}

/** `const { name, email } = req.body`. */
function takenApart({ node, file }: CodePlace, asked: Asked): Rewrite | undefined {
  const { handler, input, words } = asked
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'ObjectPattern' || !node.init) return undefined
  if (source(node.init, file) !== input) return undefined
  const names = node.id.properties.map((property) => (property.type === 'Property' ? keyOf(property) : undefined))
  const shape = shapeOf(names, asked)
  const statement = node.parent
  if (shape === undefined || !statement || !isFree(handler, file)) return undefined
  const check = checkBefore(statement, shape, asked, file)
  return check && { edits: [check, replace(node.init, words.value)] }
}

/** Refuses what does not fit: what a schema throws is no answer, and in an async handler of Express 4 nobody’s to handle. */
function checkBefore(
  statement: Node,
  shape: string,
  { handler, input, words }: Asked,
  file: CodePlace['file'],
): Edit | undefined {
  if (handler.response === undefined || functionAround(statement) !== handler.node) return undefined
  const indent = indentAt(statement, file)
  const refusal = answerAndLeave(
    `${handler.response}.status(400).json({ error: 'invalid ${input.split('.').at(-1)}' })`,
    statement,
    file,
  )
  const text = indented(`const input = ${words.check(shape, input)}`, indent)
  return lineBefore(statement, `${text}${endOf(statement, file)}\n${indent}if (${words.failed}) ${refusal}`, file)
}

function isFree({ node }: Handler, file: CodePlace['file']): boolean {
  return !/\binput\b/.test(source(node, file))
}

/** `req.body.name` and `req.body.email`. */
function readOneByOne({ file }: CodePlace, asked: Asked): Rewrite | undefined {
  const { handler, input, words } = asked
  const reads = file.members.filter(
    (member) => contains(handler.node, member) && source(member.object, file) === input && !member.computed,
  )
  const first = reads[0]
  const body = handler.node.body
  const statement =
    first && body?.type === 'BlockStatement' ? body.body.find((item) => contains(item, first)) : undefined
  const shape = shapeOf([...new Set(reads.map(keyOf))], asked)
  // What is written to, or asked for as a whole too, is left to a reader.
  const isWhole = reads.some(
    ({ parent }) => parent?.type === 'AssignmentExpression' && reads.includes(parent.left as never),
  )
  if (!first || !statement || shape === undefined || isWhole || !isFree(handler, file)) return undefined
  const check = checkBefore(statement, shape, asked, file)
  return check && { edits: [check, ...reads.map((read) => replace(read.object, words.value))] }
}

function indented(text: string, indent: string): string {
  return text.replaceAll('\n', `\n${indent}`)
}

function shapeOf(names: readonly (string | undefined)[], { part, words, isNew, codebase }: Asked): string | undefined {
  if (names.length === 0 || names.length > 8) return undefined
  const fields = names.map((name) => {
    const kind = name === undefined ? undefined : kindOf(name, codebase.entities)
    const required = isNew && name !== undefined && isRequired(name, codebase.entities)
    return kind && `${name}: ${words.field(kind, { required, part })}`
  })
  if (fields.includes(undefined)) return undefined
  const short = words.object(` ${fields.join(', ')} `)
  return short.length < 80 ? short : words.object(`\n  ${fields.join(',\n  ')},\n`)
}

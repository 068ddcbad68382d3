import type { Codebase } from '../codebase.ts'
import type { Query } from '../facts/queries.ts'
import { contains, isFunction, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { addProperties, before, replace, source } from './edits.ts'
import type { CodeFix, CodePlace } from './fix-here.ts'
import { partsOfText } from './parts-of-text.ts'
import type { Edit } from './rewrite.ts'

/** After these a value may stand; elsewhere a name does, and names cannot be parameters. */
const beforeValue =
  /(?:=|<|>|\bi?like|\bbetween\s+(?:\S+\s+and)?|\blimit|\boffset|\bvalues\s*\((?:[^()]*,)?|\bset\s+[\w."]+\s*=)\s*$/i
/** The chosen text ends inside a quoted value such as `'%`. */
const openQuote = /'([^']*)$/

/** Takes values out of the text of a query and hands them over beside it. */
export const bindParameters: CodeFix = ({ node, file, codebase }: CodePlace) => {
  const query = codebase.queries.find((item) => item.file === file && item.sql && runs(item, node))
  const bound = query && bind(node, file, markFor(query, codebase))
  const given = bound && giveValues(query, bound.values)
  return bound && given && { edits: [replace(node, bound.text), given] }
}

/** The text is the query's own, or that of the name it is given by. */
function runs({ sql, call }: Query, node: Node): boolean {
  if (!sql) return false
  if (contains(sql, node) && sql.start === node.start) return true
  const holder = node.parent
  return (
    sql.type === 'Identifier' &&
    holder?.type === 'VariableDeclarator' &&
    holder.id.type === 'Identifier' &&
    holder.id.name === sql.name &&
    holder.end < call.start
  )
}

type Mark = (number: number) => string

function markFor({ client, method }: Query, codebase: Codebase): Mark {
  const has = (pattern: RegExp) => codebase.project.dependencies.some(({ name }) => pattern.test(name))
  const numbered =
    /^(pg\b|pg-promise|postgres|@vercel\/postgres|@neondatabase)/.test(client) || method === '$queryRawUnsafe'
  if (numbered) return (number) => `$${number}`
  const plain = /mysql|sqlite|knex|sequelize|mariadb/.test(client) || (method === 'raw' && has(/^knex$/))
  return plain || !has(/^(pg|pg-promise|postgres)$/) ? () => '?' : (number) => `$${number}`
}

function bind(node: Node, file: SourceFile, mark: Mark): { text: string; values: string[] } | undefined {
  const parts = partsOfText(node)
  if (!parts) return undefined
  const values: string[] = []
  let text = ''
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index]
    if (part === undefined) return undefined
    if (typeof part === 'string') {
      text += part
      continue
    }
    const start = openQuote.exec(text)
    const isQuoted = start !== null && (text.match(/'/g)?.length ?? 0) % 2 === 1
    const next = parts[index + 1]
    const head = isQuoted ? (start[1] ?? '') : ''
    const end = isQuoted && typeof next === 'string' ? /^([^']*)'/.exec(next) : null
    if (isQuoted && !end) return undefined
    const bare = isQuoted ? text.slice(0, start.index) : text
    if (!beforeValue.test(bare)) return undefined
    if (end && typeof next === 'string') parts[index + 1] = next.slice(end[0].length)
    const tail = end?.[1] ?? ''
    const value = source(part, file)
    values.push(head === '' && tail === '' ? value : `\`${head}\${${value}}${tail}\``)
    text = `${bare}${mark(values.length)}`
  }
  return values.length === 0 ? undefined : { text: quote(text), values }
}

function quote(text: string): string {
  return /['\n\\]/.test(text) ? `\`${text.replaceAll('`', '\\`')}\`` : `'${text}'`
}

function giveValues({ call, client, file, method, sql }: Query, values: readonly string[]): Edit | undefined {
  const [first, second] = call.arguments
  if (!sql || first !== sql) return undefined
  const list = values.join(', ')
  if (method === 'prepare') return giveToStatement(call, list)
  const end = { start: sql.end, end: sql.end }
  if (method === '$queryRawUnsafe') return second ? undefined : { ...end, text: `, ${list}` }
  if (client.startsWith('sequelize')) {
    if (!second) return { ...end, text: `, { replacements: [${list}] }` }
    return addProperties(second, `replacements: [${list}]`, file)
  }
  if (!second) return { ...end, text: `, [${list}]` }
  return isFunction(second) ? before(second, `[${list}], `) : undefined
}

/** `db.prepare(text).all()`: the statement takes the values when it is run. */
function giveToStatement({ parent: member }: Node, list: string): Edit | undefined {
  const run = member?.type === 'MemberExpression' ? member.parent : undefined
  if (run?.type !== 'CallExpression' || run.callee !== member || run.arguments.length > 0) return undefined
  return { start: run.end - 1, end: run.end - 1, text: list }
}

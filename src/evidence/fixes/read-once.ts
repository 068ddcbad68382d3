import type { Codebase } from '../codebase.ts'
import type { Query } from '../facts/queries.ts'
import { ancestor, isFunction, keyOf, parameterName, pathOf, propertyOf, unwrap, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { before, indentAt, loadLine, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

type Loop = { node: Node; list: string; item: string }
/** One query of a loop: the rows whose `field` is `value`. */
type Read = { query: Query; whole: Node; model: string; field: string; value: Node; many: boolean }
type Client = 'sequelize' | 'mongoose' | 'prisma' | 'typeorm'

/** Reads the rows of all turns at once before the loop, and looks them up by key inside. */
export const readOnce: CodeFix = ({ node, file, codebase }) => {
  const loop = loopOf(node, file)
  const statement =
    ancestor(node, ({ parent }) => parent?.type === 'BlockStatement' || parent?.type === 'Program') ?? node
  const start = node.type === 'ForOfStatement' ? node : statement
  if (!loop || lookUp(file.scopes, start, loop.list.split('.')[0] ?? '') === undefined) return undefined
  const inside = codebase.queries.filter((query) => query.repeatedBy === node)
  const reads = inside.flatMap((query) => readOf(query, loop, file) ?? [])
  const clients = new Set(reads.map(({ query }) => clientOf(query, codebase)))
  const [client, ...others] = clients
  if (reads.length === 0 || reads.length < inside.length || client === undefined || others.length > 0) return undefined
  const written = reads.map((read) => write(read, loop, client, file))
  if (new Set(written.map(({ map }) => map)).size < written.length) return undefined
  const indent = indentAt(start, file)
  return {
    edits: [
      before(
        start,
        written
          .flatMap(({ lines }) => lines)
          .map((line) => `${line}\n${indent}`)
          .join(''),
      ),
      ...written.map(({ found }, index) => replace(reads[index]?.whole ?? node, found)),
    ],
    imports: client === 'typeorm' ? [loadLine('In', 'typeorm', file)] : [],
  }
}

function loopOf(node: Node, file: SourceFile): Loop | undefined {
  if (node.type === 'ForOfStatement') {
    const declared = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : undefined
    return declared?.type === 'Identifier' && isName(node.right)
      ? { node, list: source(node.right, file), item: declared.name }
      : undefined
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const callback = node.arguments[0]
  const item = isFunction(callback) ? parameterName(callback.params[0])?.name : undefined
  const isMap = keyOf(node.callee) === 'map' && isName(node.callee.object)
  return item !== undefined && isMap ? { node, list: source(node.callee.object, file), item } : undefined
}

function isName(node: Node): boolean {
  return /^[\w$]+(\.[\w$]+)*$/.test(pathOf(node)) && /^(Identifier|MemberExpression)$/.test(node.type)
}

/** An awaited lookup by one field of the item, with nothing else asked of it. */
function readOf(query: Query, loop: Loop, file: SourceFile): Read | undefined {
  const { call, method } = query
  const whole = call.parent
  if (whole?.type !== 'AwaitExpression' || call.callee.type !== 'MemberExpression') return undefined
  const model = source(call.callee.object, file)
  const [first, ...rest] = call.arguments
  if (!first || rest.length > 0 || !/^[\w$.]+$/.test(model)) return undefined
  const many = query.kind === 'find-many'
  if (/^findBy(Pk|Id)$/.test(method))
    return isOfItem(first, loop)
      ? { query, whole, model, field: method === 'findById' ? '_id' : 'id', value: first, many }
      : undefined
  const isPlainFilter = query.client.startsWith('mongo') || method.endsWith('By')
  const filter = isPlainFilter ? first : onlyProperty(first)?.name === 'where' ? propertyOf(first, 'where') : undefined
  const only = filter && onlyProperty(filter)
  return only && isOfItem(only.value, loop)
    ? { query, whole, model, field: only.name, value: only.value, many }
    : undefined
}

function onlyProperty(node: Node): { name: string; value: Node } | undefined {
  if (node.type !== 'ObjectExpression' || node.properties.length !== 1) return undefined
  const [property] = node.properties
  const name = property?.type === 'Property' ? keyOf(property) : undefined
  return property?.type === 'Property' && name !== undefined ? { name, value: property.value } : undefined
}

function isOfItem(node: Node, { item }: Loop): boolean {
  const path = pathOf(unwrap(node))
  return path === item || (path.startsWith(`${item}.`) && isName(node))
}

function clientOf({ client, method }: Query, { project }: Codebase): Client | undefined {
  if (client.startsWith('mongoose') || method === 'findById') return 'mongoose'
  if (/prisma/i.test(client) || /^find(Many|Unique|First)/.test(method)) return 'prisma'
  if (client.startsWith('typeorm')) return 'typeorm'
  const isKnown = client.startsWith('sequelize') || project.dependencies.some(({ name }) => name === 'sequelize')
  return isKnown && /^find(All|One|ByPk)$/.test(method) ? 'sequelize' : undefined
}

const writers: Readonly<Record<Client, (field: string, keys: string) => string>> = {
  sequelize: (field, keys) => `findAll({ where: { ${field}: ${keys} } })`,
  mongoose: (field, keys) => `find({ ${field}: { $in: ${keys} } })`,
  prisma: (field, keys) => `findMany({ where: { ${field}: { in: ${keys} } } })`,
  typeorm: (field, keys) => `find({ where: { ${field}: In(${keys}) } })`,
}

function write({ model, field, value, many }: Read, { list, item }: Loop, client: Client, file: SourceFile) {
  const key = source(value, file)
  const asKey = (text: string) => (client === 'mongoose' ? `String(${text})` : text)
  const rows = pluralOf(model)
  const map = `${rows}By${field.replace(/^_/, '').replace(/^./, (letter) => letter.toUpperCase())}`
  const keys = key === item ? list : `${list}.map((${item}) => ${key})`
  const read = `const ${rows} = await ${model}.${writers[client](field, keys)}`
  if (many)
    return {
      map,
      lines: [
        read,
        `const ${map} = new Map(${list}.map((${item}) => [${asKey(key)}, []]))`,
        `for (const row of ${rows}) ${map}.get(${asKey(`row.${field}`)}).push(row)`,
      ],
      found: `${map}.get(${asKey(key)})`,
    }
  return {
    map,
    lines: [read, `const ${map} = new Map(${rows}.map((row) => [${asKey(`row.${field}`)}, row]))`],
    found: `${map}.get(${asKey(key)})`,
  }
}

/** `OrderItem` as `orderItems`. */
function pluralOf(model: string): string {
  const name = (model.split('.').at(-1) ?? model).replace(/(Model|Repository|Repo)$/, '')
  const first = name.charAt(0).toLowerCase() + name.slice(1)
  return first.endsWith('s') ? `${first}Found` : `${first}s`
}

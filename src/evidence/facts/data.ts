import {
  ancestor,
  isFunction,
  isLoop,
  keyOf,
  literalText,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { Meanings } from './meaning.ts'

type QueryKind = 'find-many' | 'find-one' | 'insert' | 'insert-many' | 'update' | 'delete' | 'raw' | 'count' | 'sync'

export type Query = {
  kind: QueryKind
  client: string
  method: string
  call: Of<'CallExpression'>
  file: SourceFile
  line: number
  /** The model, table or collection, when the source names it. */
  model?: string
  /** The expression that holds SQL text. */
  sql?: Node
  /** The call takes a callback in place of returning a promise. */
  callback: boolean
  /** The loop or iteration callback that runs it once per item, within the same function or its callbacks. */
  repeatedBy?: Node
  /** The method chain around the call: `.limit().sort()`. */
  chain: readonly string[]
}

type Method = [kind: QueryKind, strength: 'sure' | 'model' | 'sql']

/** `sure`: the name alone tells; `model`: the receiver must look like a model, table or collection; `sql`: like a client. */
const methods: Readonly<Record<string, Method>> = {
  findAll: ['find-many', 'sure'],
  findMany: ['find-many', 'sure'],
  findAndCountAll: ['find-many', 'sure'],
  findAndCount: ['find-many', 'sure'],
  select: ['find-many', 'sql'],
  find: ['find-many', 'model'],
  findBy: ['find-many', 'model'],
  aggregate: ['find-many', 'model'],
  distinct: ['find-many', 'model'],
  scan: ['find-many', 'model'],
  findOne: ['find-one', 'sure'],
  findOneBy: ['find-one', 'sure'],
  findOneOrFail: ['find-one', 'sure'],
  findById: ['find-one', 'sure'],
  findByPk: ['find-one', 'sure'],
  findUnique: ['find-one', 'sure'],
  findUniqueOrThrow: ['find-one', 'sure'],
  findFirst: ['find-one', 'sure'],
  findFirstOrThrow: ['find-one', 'sure'],
  findOrCreate: ['insert', 'sure'],
  exists: ['find-one', 'model'],
  create: ['insert', 'model'],
  insert: ['insert', 'model'],
  insertOne: ['insert', 'sure'],
  save: ['insert', 'model'],
  upsert: ['insert', 'model'],
  insertMany: ['insert-many', 'sure'],
  bulkCreate: ['insert-many', 'sure'],
  bulkWrite: ['insert-many', 'sure'],
  createMany: ['insert-many', 'sure'],
  update: ['update', 'model'],
  updateOne: ['update', 'sure'],
  updateMany: ['update', 'sure'],
  findByIdAndUpdate: ['update', 'sure'],
  findOneAndUpdate: ['update', 'sure'],
  findOneAndReplace: ['update', 'sure'],
  findAndModify: ['update', 'sure'],
  replaceOne: ['update', 'sure'],
  destroy: ['delete', 'model'],
  delete: ['delete', 'model'],
  remove: ['delete', 'model'],
  deleteOne: ['delete', 'sure'],
  deleteMany: ['delete', 'sure'],
  findByIdAndDelete: ['delete', 'sure'],
  findByIdAndRemove: ['delete', 'sure'],
  findOneAndDelete: ['delete', 'sure'],
  softDelete: ['delete', 'sure'],
  count: ['count', 'model'],
  countDocuments: ['count', 'sure'],
  query: ['raw', 'sql'],
  execute: ['raw', 'sql'],
  raw: ['raw', 'sql'],
  $queryRawUnsafe: ['raw', 'sure'],
  $executeRawUnsafe: ['raw', 'sure'],
  one: ['raw', 'sql'],
  none: ['raw', 'sql'],
  many: ['raw', 'sql'],
  any: ['raw', 'sql'],
  oneOrNone: ['raw', 'sql'],
  manyOrNone: ['raw', 'sql'],
  all: ['raw', 'sql'],
  get: ['raw', 'sql'],
  run: ['raw', 'sql'],
  each: ['raw', 'sql'],
  exec: ['raw', 'sql'],
  unsafe: ['raw', 'sql'],
  prepare: ['raw', 'sql'],
  whereRaw: ['raw', 'sql'],
  orderByRaw: ['raw', 'sql'],
  havingRaw: ['raw', 'sql'],
  joinRaw: ['raw', 'sql'],
  literal: ['raw', 'sql'],
  sync: ['sync', 'sql'],
}

const clientPackages =
  /^(mongoose|sequelize|typeorm|@nestjs\/(typeorm|mongoose|sequelize)|@prisma\/client|knex|drizzle-orm|pg|pg-promise|postgres|mysql2?|mongodb|better-sqlite3|sqlite3?|mssql|objection|@mikro-orm|kysely|mongoist|mongojs|monk|@supabase)\b/

/** Reads the database calls of a file: kind, model, SQL text, and the loop they run in. */
export function readQueries(file: SourceFile, meanings: Meanings, hasClient: boolean): Query[] {
  const queries: Query[] = []
  for (const call of candidates(file)) {
    const query = queryOf(call, file, meanings, hasClient)
    if (query) queries.push(query)
  }
  return queries
}

const candidates = once((file: SourceFile) =>
  file.calls.filter((call): call is Of<'CallExpression'> => {
    if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false
    const method = keyOf(call.callee)
    return method !== undefined && Object.hasOwn(methods, method)
  }),
)

function queryOf(
  call: Of<'CallExpression'>,
  file: SourceFile,
  meanings: Meanings,
  hasClient: boolean,
): Query | undefined {
  if (call.callee.type !== 'MemberExpression') return undefined
  const method = keyOf(call.callee)
  const known = method !== undefined && Object.hasOwn(methods, method) ? methods[method] : undefined
  if (!known || method === undefined) return undefined
  const receiver = unwrap(call.callee.object)
  const origin = meanings.nameOf(receiver, file)
  const fromClient = clientPackages.test(origin)
  if (!fromClient && (origin !== '' || !hasClient)) return undefined
  if (isProjectMethod(call, file, meanings)) return undefined
  const [kind, strength] = known
  // A repository of TypeORM or MikroORM makes an object in memory; only saving it asks the database.
  if (method === 'create' && /^(typeorm|@nestjs\/typeorm|@mikro-orm)/.test(origin)) return undefined
  if (/^(find|delete|filter|exists|remove)$/.test(method) && isFunction(call.arguments[0])) return undefined
  // `user.pictures.delete(name)`: a list or map that a row holds.
  if (
    /^(delete|remove|find)$/.test(method) &&
    receiver.type === 'MemberExpression' &&
    isRow(receiver.object, file, meanings)
  )
    return undefined
  const path = tracedPath(receiver, file)
  if (!fromClient && !receiverFits(strength, path, call, file, kind)) return undefined
  if (strength === 'sql' && kind === 'raw' && !takesSql(call, file, path, fromClient)) return undefined
  if (fromClient && strength === 'model' && /\.(Schema|Types)\b|mongoose\.connect|connection\(\)$/.test(origin))
    return undefined
  const last = call.arguments.at(-1)
  const sql = kind === 'raw' ? sqlArgument(call.arguments[0]) : undefined
  const chain = chainAfter(call)
  if (method === 'select' && !chain.includes('from') && !/(knex|objection|kysely)/.test(origin)) return undefined
  const model = builderTable(call, file) ?? modelName(receiver)
  const repeatedBy = repeatOf(call)
  return {
    kind,
    client: origin.split('.')[0]?.replace(/\(\)$/, '') || 'unknown',
    method,
    call,
    file,
    line: lineAt(file.lineStarts, call.callee.property.start),
    ...(model === undefined ? {} : { model }),
    ...(sql === undefined ? {} : { sql }),
    callback: isFunction(last) || (last?.type === 'Identifier' && /(^cb|callback|done|next|handler)$/i.test(last.name)),
    ...(repeatedBy === undefined ? {} : { repeatedBy }),
    chain,
  }
}

/** A name that a lookup gave its value. */
function isRow(node: Node, file: SourceFile, meanings: Meanings): boolean {
  const inner = unwrap(node)
  if (inner.type === 'MemberExpression') return isRow(inner.object, file, meanings)
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const made = binding?.init ?? binding?.writes[0]
  const call = made && unwrap(made)
  return call?.type === 'CallExpression' && /\.(find|get)\w*$/.test(pathOf(call.callee))
}

function isProjectMethod(call: Of<'CallExpression'>, file: SourceFile, meanings: Meanings): boolean {
  return meanings.of(call.callee, file).kind === 'function'
}

function receiverFits(strength: Method[1], path: string, call: CallNode, file: SourceFile, kind: QueryKind): boolean {
  const last = path.split('.').at(-1)?.replace(/\(\)$/, '') ?? ''
  if (strength === 'sql') {
    if (kind === 'sync') return /(^|\.)(db|sequelize|models?|connection|orm)$/i.test(path)
    return /(^|[._])(db|dbs|database|pool|client|conn|connection|con|sequelize|knex|manager|queryRunner|dataSource|prisma|trx|tx|t|sql|mysql|pg|sqlite|pgp|orm)(\(\))?$/i.test(
      path,
    )
  }
  if (strength === 'sure') return !/^(_|lodash|this|\[\]|arr|array|list|items)$/.test(path)
  if (/(^|\.)(db|models?|sequelize|orm|entities)\.[a-zA-Z]\w*$/.test(path) && !isFunction(call.arguments[0]))
    return true
  if (/collection\(\)$|model\(\)$|getRepository\(\)$|from\(\)$/.test(path)) return true
  const first = call.arguments[0]
  if (isFunction(first) && kind === 'find-many') return false
  if (/^(prisma|db|tx|trx|prismaService|this\.prisma|this\.db)\.\w+$/.test(path) && /prisma/i.test(file.text))
    return true
  if (/(Model|Repository|Repo|Collection|Entity|Dao|_?[cC]ol|Table)$|^collection$/.test(last)) return true
  if (kind === 'insert' && call.arguments.length === 0 && /^save$/.test(keyOf(call.callee) ?? ''))
    return isModelInstance(path, file, call)
  if (kind === 'delete' && call.arguments.length === 0) return isModelInstance(path, file, call)
  if (kind === 'update' && /^[a-z]\w*$/.test(path) && isModelInstance(path, file, call)) return true
  if (isRequiredModel(path, file, call)) return true
  return /^[A-Z][a-zA-Z]*$/.test(last) && !builtIns.has(last)
}

/** `const order = require('./order')(sequelize, DataTypes)`. */
function isRequiredModel(path: string, file: SourceFile, call: CallNode): boolean {
  const init = /^\w+$/.test(path) ? lookUp(file.scopes, call, path)?.init : undefined
  if (init?.type !== 'CallExpression' || init.callee.type !== 'CallExpression') return false
  const given = file.text.slice(init.start, init.end)
  return /^require\(\s*['"]\.[^)]*\)\(\s*[^)]*(sequelize|mongoose|DataTypes|connection|\bdb\b)/i.test(given)
}

/** `user.save()` where `user` comes from `new User(...)` or from a query's callback. */
function isModelInstance(path: string, file: SourceFile, call: CallNode): boolean {
  if (/\bnew\b|^[A-Z]\w*\(\)$/.test(path)) return true
  const head = path.split('.')[0] ?? ''
  if (!/^[a-z]\w*$/.test(path)) return false
  const binding = lookUp(file.scopes, call, head)
  if (!binding) return false
  const from = binding.init ?? binding.writes[0]
  const made = from ? file.text.slice(from.start, from.end) : ''
  // What `find` gives at once it found in memory.
  if (/\bfind\w*\(/.test(made) && !/\bawait\b|\.then\(|=>/.test(made)) return false
  if (/\bnew\s+([a-z]\w*\.)?[A-Z]\w*\(|\b(find\w*|build|create\w*|findOrCreate|getOne)\(/.test(made))
    return !/Stream|Socket|Agent|fetch|document\./.test(made)
  const owner = binding.parameter?.of
  const around = owner?.parent
  if (around?.type !== 'CallExpression' || around.callee.type !== 'MemberExpression')
    return binding.itemOf !== undefined && /Model|find/.test(file.text.slice(binding.itemOf.start, binding.itemOf.end))
  return (
    /\b(find\w*|create\w*|save)\b/.test(file.text.slice(around.callee.start, around.callee.end)) ||
    /^(save)$/.test(keyOf(call.callee) ?? '')
  )
}

const builtIns = new Set(
  'Object Array Promise Math JSON Map Set Reflect Date Number String Buffer Symbol Atomics Error Headers FormData URLSearchParams WeakMap WeakSet Response Request Intl Proxy'.split(
    ' ',
  ),
)

function takesSql(call: Of<'CallExpression'>, file: SourceFile, path: string, fromClient: boolean): boolean {
  const first = call.arguments[0]
  if (!first) return false
  const method = keyOf(call.callee) ?? ''
  if (/^(get|all|run|each|exec|any|one|none|many)$/.test(method)) {
    const text = sqlText(first, file)
    return text !== undefined && sqlStart.test(text)
  }
  if (first.type === 'ObjectExpression') return /^(query|execute)$/.test(method)
  return fromClient || path !== '' || sqlStart.test(sqlText(first, file) ?? '')
}

export const sqlStart =
  /^\s*[('"]?\s*(select|insert|update|delete|create|alter|drop|with|truncate|replace|merge|call|exec)\b/i

/** The constant start of a text expression, following one name. */
export function sqlText(node: Node, file: SourceFile): string | undefined {
  const inner = unwrap(node)
  const literal = literalText(inner)
  if (literal !== undefined) return literal
  if (inner.type === 'TemplateLiteral') return inner.quasis.map((quasi) => quasi.value.cooked ?? '').join('?')
  if (inner.type === 'BinaryExpression' && inner.operator === '+') {
    return `${sqlText(inner.left, file) ?? '?'}${sqlText(inner.right, file) ?? '?'}`
  }
  if (inner.type === 'Identifier') {
    const binding = lookUp(file.scopes, inner, inner.name)
    const value = binding?.init ?? binding?.writes[0]
    return value && binding?.path.length === 0 && value !== inner ? sqlText(value, file) : undefined
  }
  return undefined
}

function sqlArgument(node: Node | undefined): Node | undefined {
  if (node?.type !== 'ObjectExpression') return node
  for (const property of node.properties) {
    if (property.type === 'Property' && /^(text|sql|query)$/.test(keyOf(property) ?? '')) return property.value
  }
  return undefined
}

/** `pathOf`, with names of constants replaced by what they were made from. */
function tracedPath(node: Node, file: SourceFile, depth = 0): string {
  const inner = unwrap(node)
  if (inner.type === 'Identifier' && depth < 4) {
    const binding = lookUp(file.scopes, inner, inner.name)
    const init = binding?.init ?? (binding?.writes.length === 1 ? binding.writes[0] : undefined)
    const made = init && unwrap(init)
    if (made?.type === 'CallExpression' && made.callee.type === 'MemberExpression' && binding?.path.length === 0) {
      const name = keyOf(made.callee)
      if (name && /^(collection|model|getRepository|getCustomRepository|define|from|table)$/.test(name)) {
        return `${tracedPath(made.callee.object, file, depth + 1)}.${name}()`
      }
    }
    if (made?.type === 'NewExpression' && made.callee.type === 'Identifier') return `${made.callee.name}()`
  }
  return pathOf(inner)
}

/** The table of `db.select().from(users)`, `db.insert(users)` and the like, by the name it was exported with. */
function builderTable(call: Of<'CallExpression'>, file: SourceFile): string | undefined {
  if (call.callee.type !== 'MemberExpression') return undefined
  const method = keyOf(call.callee) ?? ''
  const table = method === 'select' ? fromOf(call) : call.arguments[0]
  if (!/^(select|insert|update|delete)$/.test(method) || table?.type !== 'Identifier') return undefined
  const binding = lookUp(file.scopes, table, table.name)
  if (!binding || (binding.kind !== 'import' && binding.kind !== 'const')) return undefined
  return binding.imported?.name ?? table.name
}

function fromOf(call: Node): Node | undefined {
  for (let at: Node = call; at.parent?.type === 'MemberExpression' && at.parent.object === at;) {
    const outer: Node | null | undefined = at.parent.parent
    if (outer?.type !== 'CallExpression') return undefined
    if (keyOf(at.parent) === 'from') return outer.arguments[0]
    at = outer
  }
  return undefined
}

function modelName(receiver: Node): string | undefined {
  const inner = unwrap(receiver)
  if (inner.type === 'Identifier') return inner.name
  if (inner.type === 'MemberExpression') return keyOf(inner)
  if (inner.type === 'CallExpression') {
    const { callee } = inner
    // `knex('hosts').where('id', id)`: the table is named where the chain starts.
    if (callee.type === 'MemberExpression' && /where|join|select|order|on$/i.test(keyOf(callee) ?? ''))
      return modelName(callee.object)
    return literalText(inner.arguments[0])
  }
  return undefined
}

function chainAfter(call: Node): string[] {
  const names: string[] = []
  let at: Node = call
  while (at.parent) {
    const member = at.parent
    if (member.type === 'AwaitExpression' || member.type === 'ChainExpression') {
      at = member
      continue
    }
    if (member.type !== 'MemberExpression' || member.object !== at) break
    const name = keyOf(member)
    if (name) names.push(name)
    if (member.parent?.type !== 'CallExpression' || member.parent.callee !== member) break
    at = member.parent
  }
  return names
}

const iterators =
  /^(forEach|map|flatMap|filter|each|eachSeries|eachLimit|mapSeries|mapLimit|forEachOf|reduce|some|every|times)$/

/** The loop statement or the iteration callback an expression runs in, without leaving more than two functions. */
export function repeatOf(node: Node): Node | undefined {
  let crossed = 0
  for (let at: Node | null | undefined = node; at?.parent; at = at.parent) {
    const parent: Node = at.parent
    if (isLoop(parent) && runsEachTurn(parent, at)) return parent
    if (isFunction(at)) {
      const iteration = iterationOf(at)
      if (iteration) return iteration
      crossed += 1
      if (crossed > 2 || !isCallback(at)) return undefined
    }
  }
  return undefined
}

function runsEachTurn(loop: Node, child: Node): boolean {
  if (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') return child === loop.body
  if (loop.type === 'ForStatement') return child !== loop.init
  return true
}

function isCallback(node: FunctionNode): boolean {
  return node.parent?.type === 'CallExpression' && node.parent.callee !== node
}

/** The call that runs a function once for each item, if the function is an iteration callback. */
export function iterationOf(node: FunctionNode): Of<'CallExpression'> | undefined {
  const call = node.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const name = keyOf(call.callee)
  if (!name || !iterators.test(name)) return undefined
  return ancestor(call, isFunction) === node ? undefined : call
}

import { isFunction, isString, keyOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { goingBy, methodCallsOf } from '../parse/by-name.ts'
import { atOnce, onceFor } from '../parse/once.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { onceMeant, type Meanings } from './meaning.ts'
import { clientPackages, queryMethods, type Method, type QueryKind } from './query-methods.ts'
import { isRow, receiverFits, tracedPath } from './query-receivers.ts'
import {
  builderTable,
  collectionNamed,
  isManager,
  madeBy,
  managedEntity,
  modelName,
  modelOfRow,
} from './query-tables.ts'
import { repeatOf } from './repetition.ts'
import { rowTypeOf } from './row-types.ts'
import { sqlStart, sqlText } from './sql-text.ts'

/** A call that asks a database. */
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

/** Queries by the file they stand in. */
export const queriesByFile = onceFor((queries: readonly Query[]) => Map.groupBy(queries, ({ file }) => file))

/** Queries by their own calls, for looking up whether a node is one. */
export const queriesByCall = onceFor(
  (queries: readonly Query[]) => new Map<Node, Query>(queries.map((query) => [query.call, query])),
)

/** Reads the database calls of a file: kind, model, SQL text, and the loop they run in. */
export function readQueries(file: SourceFile, meanings: Meanings, hasClient: boolean): readonly Query[] {
  return hasClient ? queriesByName(file, meanings) : queriesOfClients(file, meanings)
}

const queriesByName = onceMeant((file, meanings) => queriesIn(file, meanings, true))
const queriesOfClients = onceMeant((file, meanings) => queriesIn(file, meanings, false))

function queriesIn(file: SourceFile, meanings: Meanings, hasClient: boolean): Query[] {
  return candidates(file).flatMap((call) => queryOf(call, file, meanings, hasClient) ?? [])
}

const candidates = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), methods).filter((call) => call.type === 'CallExpression'),
)
const methods = new Set(Object.keys(queryMethods))

function queryOf(
  call: Of<'CallExpression'>,
  file: SourceFile,
  meanings: Meanings,
  hasClient: boolean,
): Query | undefined {
  if (call.callee.type !== 'MemberExpression') return undefined
  const method = keyOf(call.callee)
  const known = method !== undefined && Object.hasOwn(queryMethods, method) ? queryMethods[method] : undefined
  if (!known || method === undefined) return undefined
  const receiver = unwrap(call.callee.object)
  const origin = originOf(receiver, call.callee, file, meanings)
  const fromClient = clientPackages.test(origin)
  if (!fromClient && (origin !== '' || !hasClient)) return undefined
  if (isProjectMethod(call, file, meanings)) return undefined
  const [, strength] = known
  const kind = kindOf(call, known, file)
  if (strength === 'builder' && !isOfBuilder(receiver, origin, file)) return undefined
  // A repository of TypeORM or MikroORM makes an object in memory; only saving it asks the database.
  if (method === 'create' && (/^(typeorm|@nestjs\/typeorm|@mikro-orm)/.test(origin) || isManager(receiver)))
    return undefined
  if (/^(find|delete|filter|exists|remove)$/.test(method) && isFunction(call.arguments[0])) return undefined
  // `user.pictures.delete(name)`: a list or map that a row holds.
  if (/^(delete|remove|find)$/.test(method) && receiver.type === 'MemberExpression' && isRow(receiver.object, file))
    return undefined
  const path = tracedPath(receiver, file)
  if (!fromClient && !receiverFits(strength, path, call, file, kind)) return undefined
  if (strength === 'sql' && kind === 'raw' && !takesSql(call, file, path, fromClient)) return undefined
  if (fromClient && strength === 'model' && /\.(Schema|Types)\b|mongoose\.connect|connection\(\)$/.test(origin))
    return undefined
  const sql = kind === 'raw' ? sqlArgument(call.arguments[0]) : undefined
  const written = callOf(call, file)
  if (method === 'select' && !written.chain.includes('from') && !/(knex|objection|kysely)/.test(origin))
    return undefined
  const model =
    managedEntity(call) ??
    builderTable(call, file) ??
    rowTypeOf(madeBy(receiver), file, meanings) ??
    modelOfRow(receiver, file) ??
    collectionNamed(receiver, file) ??
    modelName(receiver)
  return {
    ...written,
    kind,
    client: origin.split('.')[0]?.replace(/\(\)$/, '') || 'unknown',
    method,
    ...(model === undefined ? {} : { model }),
    ...(sql === undefined ? {} : { sql }),
  }
}

/** `knex('users').select().where(…).first()` asks for one row. */
function kindOf(call: Of<'CallExpression'>, [kind, strength]: Method, file: SourceFile): QueryKind {
  return kind === 'find-many' && strength === 'sql' && callOf(call, file).chain.includes('first') ? 'find-one' : kind
}

/** `del`, `pluck` and `first` of Knex; where a `select` stands before, that is the query. */
function isOfBuilder(receiver: Node, origin: string, file: SourceFile): boolean {
  return (
    /^(knex|objection)\b/.test(origin) &&
    !/\.(select|count\w*|sum|max|min)\(/.test(file.text.slice(receiver.start, receiver.end))
  )
}

/** What a query is by the way its call is written. */
export function callOf(
  call: Of<'CallExpression'>,
  file: SourceFile,
): Pick<Query, 'call' | 'file' | 'line' | 'callback' | 'repeatedBy' | 'chain'> {
  const { callee } = call
  const last = call.arguments.at(-1)
  const repeatedBy = repeatOf(call)
  return {
    call,
    file,
    line: lineAt(file.lineStarts, (callee.type === 'MemberExpression' ? callee.property : callee).start),
    callback: isFunction(last) || (last?.type === 'Identifier' && /(^cb|callback|done|next|handler)$/i.test(last.name)),
    ...(repeatedBy === undefined ? {} : { repeatedBy }),
    chain: chainAfter(call),
  }
}

/** The package a receiver comes from; a class of the project may inherit its methods from one. */
function originOf(receiver: Node, callee: Node, file: SourceFile, meanings: Meanings): string {
  const name = meanings.nameOf(receiver, file) || meanings.nameOf(callee, file).replace(/\.\w+$/, '')
  if (name === '' && isBuiltByKnex(receiver)) return 'knex()'
  // `fastify.prisma`, `ctx.db`: what an application was decorated with is no part of its package.
  return /^(fastify|koa|express|hono)\b/.test(name) && !madeByWebLibrary.test(name) ? '' : name
}

/** `knex('users').where(…)`, wherever the builder was handed over from. */
function isBuiltByKnex(receiver: Node): boolean {
  let at = unwrap(receiver)
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    const before = unwrap(at.callee.object)
    if (before.type !== 'CallExpression') break
    at = before
  }
  if (at.type !== 'CallExpression' || !isString(at.arguments[0])) return false
  const { callee } = at
  return /^knex$/i.test(callee.type === 'Identifier' ? callee.name : (keyOf(callee) ?? ''))
}

/** `new Router()`, `new Hono().basePath()`, `fastify()`: what has routes is no database, whichever package makes it. */
const madeByWebLibrary =
  /^[a-z][\w-]*(\.\w+)?\(\)(\.(all|basePath|delete|on|patch|post|prefix|put|route|use|withTypeProvider)\(\))*$/

function isProjectMethod(call: Of<'CallExpression'>, file: SourceFile, meanings: Meanings): boolean {
  return meanings.of(call.callee, file).kind === 'function'
}

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

function sqlArgument(node: Node | undefined): Node | undefined {
  if (node?.type !== 'ObjectExpression') return node
  for (const property of node.properties) {
    if (property.type === 'Property' && /^(text|sql|query)$/.test(keyOf(property) ?? '')) return property.value
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

import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import type { Query } from '../../../facts/queries.ts'
import { managedEntity } from '../../../facts/query-tables.ts'
import {
  functionAround,
  hasSpread,
  isFunction,
  isString,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  unwrap,
  type Node,
} from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import { codeText } from '../../../parse/code-text.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { growingList } from '../small-tables.ts'
import { isHeldEmpty, mayLeaveMany, oneThing, reference } from './held-filters.ts'

/** Whether neither the options nor the chain of a find say how many rows, and its filter may leave many. */
export function isOpen(query: Query, codebase: Codebase): boolean {
  if (
    query.method === 'find' &&
    codebase.project.dependencies.some((item) => item.name === 'sequelize') &&
    !codebase.project.dependencies.some((item) => /^(mongoose|mongodb|typeorm)$/.test(item.name))
  )
    return false
  if (/^(distinct|scan)$/.test(query.method)) return false
  if (query.method === 'select' && !isRun(query)) return false
  // `knex('users').where(…).select(…)`: the filter stands before.
  if (query.method === 'select' && /\.where\w*\(\)|\.first\(\)|\.limit\(\)/.test(pathOf(query.call.callee)))
    return false
  if (
    query.method === 'select' &&
    query.chain.some((name) => /^(where|first|limit|innerJoin|groupBy|modify)/.test(name))
  )
    return false
  if (
    query.chain.some((name) =>
      /^(limit|take|skip|paginate|cursor|stream|count|first|batchSize|eachAsync|then_limit|hasNext|next|forEach|explain|populate_limit)$/.test(
        name,
      ),
    )
  )
    return false
  const text = codeText(query.call, query.file)
  if (query.method === 'select' && isOneNumber.test(text)) return false
  if (/\b(limit|take|first|perPage|pageSize|\$limit|maxRows|top)\b/i.test(text)) return false
  const first = filterOf(query)
  const options = query.call.arguments.slice(filterIndex(query), 3)
  // The first argument of Mongoose's `find` is the filter alone.
  const takesFilter = query.client === 'mongoose' && query.method === 'find'
  // `findAll(query.build())`: the options are put together elsewhere.
  if (
    /^find(All|Many|AndCount(All)?)$/.test(query.method) &&
    first?.type === 'CallExpression' &&
    !pathOf(first).startsWith('Object.')
  )
    return false
  // `client.find(clientId)` takes a key.
  if (
    query.method === 'find' &&
    first?.type === 'Identifier' &&
    /(id|key|slug|name|value|token|code|hash)$/i.test(first.name)
  )
    return false
  if (
    options.some(
      (option) =>
        (hasSpread(option) && !(takesFilter && option === first)) ||
        (isOptions(option, query.file.text) && !(option === first && mayLeaveMany(option, query.file))) ||
        (!takesFilter && isHandedOn(option, query.file)),
    )
  )
    return false
  if (query.method === 'aggregate')
    return (
      !/\$(group|count|limit|sample|facet)/.test(text) &&
      query.call.arguments[0]?.type === 'ArrayExpression' &&
      !(first && selectsFew(first, query))
    )
  return !selectsFew(first, query)
}

/** `db.select({ total: sql`count(*)` })`: what is counted or summed up over all rows is one row; groups are in the chain. */
const isOneNumber = /\.select\(\s*\{\s*\w+\s*:\s*(sql[^`]*`\s*)?(cast\(\s*)?(count|sum|avg|min|max)\w*\(/i

/** A variable named like options may carry the limit. */
function isOptions(node: Node, text: string): boolean {
  return (
    node.type === 'Identifier' &&
    /opt|param|args|query|page|pag|config|criteria|find/i.test(text.slice(node.start, node.end))
  )
}

/** `findAll(condition)` in a function that is given the condition: what its callers put into it is not seen. */
function isHandedOn(option: Node, file: SourceFile): boolean {
  return option.type === 'Identifier' && lookUp(file.scopes, option, option.name)?.kind === 'parameter'
}

/** A filter by own key, by a list of ids or by a foreign key of one thing that has few. */
function selectsFew(filter: Node | undefined, { model, file }: Query): boolean {
  const grows = growingList.test(model ?? '')
  const where = propertyOf(filter, 'where') ?? filter
  // What a named filter selects is not seen here, unless it may select all.
  if (where !== filter && where?.type !== 'ObjectExpression') return !mayLeaveMany(where, file)
  if (where?.type !== 'ObjectExpression') return isHeldEmpty(where, file) && !mayLeaveMany(where, file)
  // Made of parts that may all be empty.
  if (where.properties.every((property) => property.type === 'SpreadElement')) return false
  return where.properties.some((property) => {
    if (property.type !== 'Property') return !isRestOfInput(property.argument, file)
    const name = keyOf(property) ?? ''
    if (oneThing.test(name) && !isPattern(property.value)) return true
    if (reference.test(name) && !grows) return true
    return literalText(property.value) === undefined && /^(in|\$in)$/.test(keyOf(unwrap(property.value)) ?? '')
  })
}

/** `const { page, ...filters } = query`: whoever asks may leave out all of them. */
function isRestOfInput(node: Node, file: SourceFile): boolean {
  const binding = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name) : undefined
  return binding?.node.parent?.type === 'RestElement' && binding.kind !== 'parameter'
}

/** `{ $regex: text }`, `{ contains: text }`, `{ [Op.like]: text }` and `Like(text)` fit many. */
function isPattern(value: Node): boolean {
  const inner = unwrap(value)
  if (inner.type === 'CallExpression' || inner.type === 'NewExpression')
    return /^(I?Like|RegExp)$/.test(pathOf(inner.callee))
  return (
    inner.type === 'ObjectExpression' &&
    inner.properties.some(
      (property) =>
        property.type === 'Property' &&
        (/^(\$regex|contains|startsWith|endsWith)$/.test(keyOf(property) ?? '') ||
          /^Op\.i?[lL]ike$/.test(pathOf(property.key))),
    )
  )
}

/** What says which rows: the first argument, or the one after the entity; of an aggregation its first `$match`. */
export function filterOf(query: Query): Node | undefined {
  const { call, method, file } = query
  const given = call.arguments[filterIndex(query)]
  if (method === 'aggregate') {
    const stage = given?.type === 'ArrayExpression' ? given.elements[0] : undefined
    return stage ? propertyOf(stage, '$match') : undefined
  }
  if (given?.type !== 'Identifier') return given
  const made = lookUp(file.scopes, given, given.name)
  const written = made?.kind === 'const' && made.path.length === 0 ? made.init : undefined
  return written?.type === 'ObjectExpression' && written.properties.length > 0 ? written : given
}

/** The entity or the name of the collection may stand first. */
function filterIndex({ call }: Query): number {
  return managedEntity(call) !== undefined || isString(call.arguments[0]) ? 1 : 0
}

/** A builder that is awaited, returned or given `then`; others are parts of a larger query. */
function isRun(query: Query): boolean {
  const { parent } = chainTop(query.call)
  if (query.chain.some((name) => /^(then|union\w*|pluck|as)$/.test(name))) return query.chain.includes('then')
  if (parent?.type === 'AwaitExpression') return true
  return (parent?.type === 'ReturnStatement' || isFunction(parent)) && functionAround(query.call)?.async === true
}

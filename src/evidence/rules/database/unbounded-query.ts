import type { Codebase } from '../../codebase.ts'
import { managedEntity } from '../../facts/query-tables.ts'
import type { Query } from '../../facts/queries.ts'
import { chainTop } from '../../facts/promises.ts'
import { sqlText } from '../../facts/sql-text.ts'
import {
  ancestor,
  functionAround,
  hasSpread,
  isFunction,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  unwrap,
  type Node,
} from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, requestOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { smallTable } from './small-tables.ts'

export const unboundedQuery: Rule = {
  id: 'unbounded-query',
  category: 'unbounded-query',
  severity: 'medium',
  confidence: 'medium',
  title: 'A query may return every row there is',
  why: 'It is fast with the rows of today; the answer, the memory and the time grow with the table.',
  effects: { latency: 'Grows with the table.', memory: 'All rows are in memory at once, per request.' },
  fix: {
    say: 'Page by key and put an upper end on the page size.',
    code: {
      Mongoose:
        'const users = await User.find({ _id: { $gt: after } }).sort({ _id: 1 }).limit(Math.min(size, 100)).lean()',
      Prisma:
        "const users = await prisma.user.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take: Math.min(size, 100) })",
      TypeORM:
        "const users = await users.find({ where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: Math.min(size, 100) })",
      any: "const users = await User.findAll({ where: { id: { [Op.gt]: after } }, order: [['id', 'ASC']], limit: Math.min(size, 100) })",
    },
  },
  sources: ['https://use-the-index-luke.com/no-offset', 'https://cwe.mitre.org/data/definitions/770.html'],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (query.file.kind !== 'production') continue
      if (query.kind === 'find-many' && isOpen(query, codebase)) {
        const inRequest = requestOf(codebase, query.call) !== undefined
        if (!inRequest && !returnsAll(query)) continue
        yield {
          file: query.file,
          node: query.call,
          line: query.line,
          ...severityOf(query, inRequest),
          message: `\`${textOf(query.call.callee, query.file, 50)}\` has no limit${isLimitedLater(query) ? ' that always holds' : ''}.`,
        }
      } else if (query.kind === 'raw' && query.sql) yield* selects(query, codebase)
    }
    yield* builders(codebase)
  },
}

/** `qb.getMany()` where nothing, or nothing without a condition, says how many. */
function* builders(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('getMany', 'getRawMany', 'getManyAndCount')) {
    const around = functionAround(call)
    if (file.kind !== 'production' || !around || call.arguments.length > 0 || !requestOf(codebase, call)) continue
    if (codebase.calls.targetOf(call)) continue
    const text = file.text.slice(around.start, call.end)
    const always = file.calls.some(
      (item) =>
        item.callee.type === 'MemberExpression' &&
        /^(take|limit|paginate|whereInIds|whereId\w*)$/.test(keyOf(item.callee) ?? '') &&
        item.start >= around.start &&
        item.end <= call.end &&
        !ancestor(item, (node) => node.type === 'IfStatement', around),
    )
    // A builder that comes from elsewhere may have its limit from there.
    if (always || /\b(pageSize|perPage)\b/.test(text) || !/[cC]reateQueryBuilder|\.from\(/.test(text)) continue
    // `.where('member.teamId = :teamId')`: what belongs to one thing.
    const ofOne = /\bwhere\(\s*['"`][\w.]*?(_id|Id)\s*=\s*:/i.test(text)
    yield {
      file,
      node: call,
      line: lineOf(call.callee.type === 'MemberExpression' ? call.callee.property : call, file),
      severity: ofOne ? 'info' : 'low',
      message: `\`${keyOf(call.callee) ?? ''}\` has no limit that always holds.`,
    }
  }
}

/** How many rows a filter leaves, and how large a table grows, only who knows the data can tell. */
function severityOf(query: Query, inRequest: boolean): Pick<Match, 'severity'> {
  const { callee } = query.call
  const subject = callee.type === 'MemberExpression' ? textOf(callee.object, query.file, 80) : ''
  const filter = filterOf(query)
  const where = propertyOf(filter, 'where') ?? (/^(find|findBy|aggregate)$/.test(query.method) ? filter : undefined)
  const isFiltered =
    (where?.type === 'ObjectExpression' && where.properties.length > 0) ||
    // `findBy(ofWorkspace(id))`
    (query.method === 'findBy' && filter?.type === 'CallExpression') ||
    /\binclude\b[\s\S]*\bwhere\s*:/.test(query.file.text.slice(query.call.start, query.call.end)) ||
    // What belongs to one row.
    (callee.type === 'MemberExpression' && pathOf(callee.object).endsWith('$relatedQuery()'))
  if (!inRequest || isFiltered || smallTable.test(subject) || smallTable.test(query.model ?? ''))
    return { severity: 'info' }
  return isLimitedLater(query) ? { severity: 'low' } : {}
}

/** What says which rows: the first argument, or the one after the entity; of an aggregation its first `$match`. */
function filterOf({ call, method, file }: Query): Node | undefined {
  const given = managedEntity(call) === undefined ? call.arguments[0] : call.arguments[1]
  if (method === 'aggregate') {
    const stage = given?.type === 'ArrayExpression' ? given.elements[0] : undefined
    return stage ? propertyOf(stage, '$match') : undefined
  }
  if (given?.type !== 'Identifier') return given
  const made = lookUp(file.scopes, given, given.name)
  return made?.kind === 'const' && made.path.length === 0 && made.init?.type === 'ObjectExpression' ? made.init : given
}

/** `const query = Model.find()` and later `query.limit(size)`. */
function isLimitedLater({ call, file }: Query): boolean {
  const holder = chainTop(call).parent
  const name = holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : undefined
  return (
    name !== undefined &&
    file.members.some(
      (member) => /^(limit|take|paginate)$/.test(keyOf(member) ?? '') && pathOf(member).startsWith(`${name}.`),
    )
  )
}

/** A builder that is awaited, returned or given `then`; others are parts of a larger query. */
function isRun(query: Query): boolean {
  const { parent } = chainTop(query.call)
  if (query.chain.some((name) => /^(then|union\w*|pluck|as)$/.test(name))) return query.chain.includes('then')
  if (parent?.type === 'AwaitExpression') return true
  return (parent?.type === 'ReturnStatement' || isFunction(parent)) && functionAround(query.call)?.async === true
}

function isOpen(query: Query, codebase: Codebase): boolean {
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
  const text = query.file.text.slice(query.call.start, query.call.end)
  if (/\b(limit|take|first|perPage|pageSize|\$limit|maxRows|top)\b/i.test(text)) return false
  const first = filterOf(query)
  const options = query.call.arguments.slice(managedEntity(query.call) === undefined ? 0 : 1, 3)
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
      (option) => (hasSpread(option) && !(takesFilter && option === first)) || isOptions(option, query.file.text),
    )
  )
    return false
  if (query.method === 'aggregate')
    return (
      !/\$(group|count|limit|sample|facet)/.test(text) &&
      query.call.arguments[0]?.type === 'ArrayExpression' &&
      !(first && selectsFew(first))
    )
  return !selectsFew(first)
}

/** A variable named like options may carry the limit. */
function isOptions(node: Node, text: string): boolean {
  return (
    node.type === 'Identifier' &&
    /opt|param|args|query|page|pag|config|criteria|find/i.test(text.slice(node.start, node.end))
  )
}

/** A filter by own key, by a list of ids or by a foreign key of one thing. */
function selectsFew(filter: Node | undefined): boolean {
  const where = propertyOf(filter, 'where') ?? filter
  // What a named filter selects is not seen here.
  if (where !== filter && where?.type !== 'ObjectExpression') return true
  if (where?.type !== 'ObjectExpression') return false
  // Made of parts that may all be empty.
  if (where.properties.every((property) => property.type === 'SpreadElement')) return false
  return where.properties.some((property) => {
    if (property.type !== 'Property') return true
    const name = keyOf(property) ?? ''
    if (
      /^(_?id|_?key|uuid|slug|email|username|user_?name|login|token|key|code|name|sku|_?[a-z_]+(Id|Ids|_id|Uuid))$/i.test(
        name,
      )
    )
      return true
    return literalText(property.value) === undefined && /^(in|\$in)$/.test(keyOf(unwrap(property.value)) ?? '')
  })
}

function returnsAll(query: Query): boolean {
  const around = functionAround(query.call)
  const parent = around?.parent
  const name =
    around?.id?.name ??
    (parent?.type === 'AssignmentExpression'
      ? keyOf(parent.left)
      : parent && 'key' in parent
        ? keyOf(parent)
        : undefined) ??
    ''
  return /^(get|list|find|fetch|load)(All|\w*s)$|^all|^list/i.test(name) || isFunction(around)
}

function* selects(query: Query, codebase: Codebase): Iterable<Match> {
  const sql = query.sql
  const text = sql ? literalText(sql) : undefined
  const held = text ?? textOfName(query) ?? (sql && templateText(sql, query.file))
  // A piece of SQL given to a query builder is part of a larger query.
  if (query.method === 'raw' && query.call.parent?.type === 'CallExpression') return
  if (
    held === undefined ||
    !/^\s*select\b/i.test(held) ||
    /^\s*select\s+extract\s*\([^)]*\)(\s+as\s+\w+)?\s*;?\s*$/i.test(held) ||
    !/\bfrom\s+(?!unnest|pg_|information_schema|sqlite_master|generate_series|dual\b)["`[]?\w+["`\]]?(?![\w(])/i.test(
      held,
    ) ||
    /\bexists\s*\(|\bunnest\s*\(|\bany\s*\(|=\s*\$\d/i.test(held) ||
    /\b(limit|top\s+\d|fetch\s+(first|next)|having)\b|\bcount\s*\(/i.test(held)
  )
    return
  const table = /\bfrom\s+["'`[]?(\w+)/i.exec(held)?.[1] ?? ''
  const many = /\bwhere\s+[\w.`"]+(_id|Id)[`"]?\s*=\s*\S+\s*;?\s*$|\blike\s/i.test(held)
  if (/\bwhere\b/i.test(held) && (!many || !requestOf(codebase, query.call))) return
  if (!requestOf(codebase, query.call) && !functionAround(query.call)) return
  yield {
    file: query.file,
    node: query.call,
    line: query.line,
    ...(many || smallTable.test(table) ? { severity: 'info' as const } : {}),
    message: `\`${held.trim().slice(0, 50)}\` has ${many ? 'no `limit`' : 'neither `where` nor `limit`'}.`,
  }
}

/** The text of a template whose parts are values alone: a part that may be a condition or a limit is not known. */
function templateText(sql: Node, file: SourceFile): string | undefined {
  if (sql.type !== 'TemplateLiteral') return undefined
  const text = sqlText(sql, file)
  return text?.replace(/(like|=|[<>])\s*['"%]*\?['"%]*/gi, '').includes('?') ? undefined : text
}

function textOfName(query: Query): string | undefined {
  if (query.sql?.type !== 'Identifier') return undefined
  const name = query.sql.name
  const declarator = query.file.declarators.findLast(
    (item) => item.id.type === 'Identifier' && item.id.name === name && item.start < query.call.start,
  )
  return declarator?.init ? (literalText(declarator.init) ?? templateText(declarator.init, query.file)) : undefined
}

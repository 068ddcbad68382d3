import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import type { Query } from '../../../facts/queries.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  type Node,
} from '../../../parse/ast.ts'
import { requestOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { smallTable } from '../small-tables.ts'
import { growsByUse } from './growing-tables.ts'
import { filterOf, isOpen } from './open-filter.ts'
import { staysInside } from './stays-inside.ts'

/** Finds of models and repositories without a limit. */
export function* openFinds(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production' || query.kind !== 'find-many' || !isOpen(query, codebase)) continue
    const later = limitLater(query)
    if (later === 'always') continue
    const inRequest = requestOf(codebase, query.call) !== undefined
    if (!inRequest && !returnsAll(query)) continue
    if (staysInside(query.call, query.file, codebase)) continue
    yield {
      file: query.file,
      node: query.call,
      line: query.line,
      ...severityOf(query, inRequest, later !== undefined || !growsByUse(query, codebase)),
      message: `\`${textOf(query.call.callee, query.file, 50)}\` has no limit${later ? ' that always holds' : ''}.`,
    }
  }
}

/** How many rows a filter leaves, and how large a table grows, only who knows the data can tell. */
function severityOf(query: Query, inRequest: boolean, isShortMostly: boolean): Pick<Match, 'severity'> {
  const { callee } = query.call
  const subject = callee.type === 'MemberExpression' ? textOf(callee.object, query.file, 80) : ''
  const filter = filterOf(query)
  const where =
    propertyOf(filter, 'where') ??
    (/^(find|findBy|aggregate)$/.test(query.method) && !saysNoRows(filter) ? filter : undefined)
  const isFiltered =
    (where?.type === 'ObjectExpression' && where.properties.length > 0) ||
    // `findBy(ofWorkspace(id))`
    (/^find(By)?$/.test(query.method) && /^(Call|Conditional)Expression$/.test(filter?.type ?? '')) ||
    /\binclude\b[\s\S]*\bwhere\s*:/.test(query.file.text.slice(query.call.start, query.call.end)) ||
    // What belongs to one row.
    (callee.type === 'MemberExpression' && pathOf(callee.object).endsWith('$relatedQuery()'))
  if (!inRequest || isFiltered || isSmall(query, subject)) return { severity: 'info' }
  return isShortMostly ? { severity: 'low' } : {}
}

/** `{ order, relations }` of TypeORM picks no rows. */
function saysNoRows(filter: Node | undefined): boolean {
  return (
    filter?.type === 'ObjectExpression' &&
    filter.properties.length > 0 &&
    filter.properties.every(
      (item) => item.type === 'Property' && /^(order|relations|select|cache|withDeleted)$/.test(keyOf(item) ?? ''),
    )
  )
}

/** By the name of the model, or of the collection that stands first. */
function isSmall({ model, method, call }: Query, subject: string): boolean {
  const first = method.startsWith('find') ? literalText(call.arguments[0]) : undefined
  return [subject, model, first].some((name) => name !== undefined && smallTable.test(name))
}

/** `const query = Model.find()` and later `query.limit(size)`, which may stand in a branch. */
function limitLater({ call, file }: Query): 'always' | 'sometimes' | undefined {
  const holder = chainTop(call).parent
  const name = holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : undefined
  const around = functionAround(call)
  if (name === undefined || !around) return undefined
  const limits = file.members.filter(
    (member) =>
      member.start > call.end &&
      contains(around, member) &&
      /^(limit|take|paginate)$/.test(keyOf(member) ?? '') &&
      pathOf(member).startsWith(`${name}.`),
  )
  if (limits.length === 0) return undefined
  return limits.some((limit) => !ancestor(limit, isBranch, around)) ? 'always' : 'sometimes'
}

function isBranch({ type }: Node): boolean {
  return type === 'IfStatement' || type === 'ConditionalExpression' || type === 'LogicalExpression'
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

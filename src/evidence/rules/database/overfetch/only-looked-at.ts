import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { filterNames, namesIn, plainModel, subjectOf } from '../../../facts/query-filters.ts'
import { stepsOf, type Step } from '../../../facts/query-steps.ts'
import { resultNames } from '../../../facts/query-results.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { functionAround, keyOf, type Node } from '../../../parse/ast.ts'
import { usesOf } from '../../../parse/mentions.ts'
import { lookUp } from '../../../parse/scopes.ts'
import { lineOfMethod, requestOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { smallTable } from '../small-tables.ts'
import { isOpen } from '../unbounded-query/open-filter.ts'
import { staysInside } from '../unbounded-query/stays-inside.ts'

/** `const seats = await Seat.find({ order })`, of which only `seats.length` or `seats.some(…)` is asked. */
export function* onlyLookedAt(codebase: Codebase): Iterable<Match> {
  const seen = new Set<Node>()
  for (const step of stepsOf(codebase, isList)) {
    const { call, file, query } = step
    if (
      seen.has(call) ||
      smallTable.test(subjectOf(query) ?? '') ||
      !requestOf(codebase, call) ||
      isFew(step, codebase)
    )
      continue
    // What asks for all of them in its own place is told as a query without a limit.
    if (query.call === call && !query.sql && isOpen(query, codebase) && !staysInside(call, file, codebase)) continue
    seen.add(call)
    const asked = askedOf(step)
    if (!asked) continue
    yield {
      file,
      node: call,
      line: lineOfMethod(call, file),
      severity: 'low',
      confidence: 'medium',
      words: onlyAsked,
      message: `\`${textOf(call.callee, file, 40)}\` loads every row, and ${asked}: let the database answer that.`,
    }
  }
}

function isList({ call, kind, method, sql, file, chain }: Query): boolean {
  if (chain.some((name) => /^(limit|take|first|count\w*|distinct)$/.test(name))) return false
  const text = sql ? (sqlText(sql, file) ?? '') : file.text.slice(call.start, call.end)
  if (/\b(limit|take|first|count\s*\(|sum\s*\(|exists|for\s+update)\b/i.test(text)) return false
  return sql
    ? /^\s*select\s+(?!1\b)/i.test(text)
    : kind === 'find-many' && /^(find|findBy|findAll|findMany)$/.test(method)
}

/** Found by what each row has for itself; a function of the project may be given the filter. */
function isFew({ call, file, query }: Step, { entities }: Codebase): boolean {
  const given = query.call === call ? [] : call.arguments.flatMap((argument) => namesIn(argument, file))
  const model = plainModel(subjectOf(query))
  const fields = entities.filter(({ name }) => plainModel(name) === model).flatMap((entity) => entity.fields)
  return [...filterNames(query), ...given].some(
    (name) =>
      /^(_?id|uuid|slug|e-?mail|user_?name|login|token|key|code|sku|phone)$/i.test(name) ||
      fields.some((field) => field.unique && field.name === name),
  )
}

/** What alone is asked of the rows; undefined where they are used. */
function askedOf({ call, file }: Step): string | undefined {
  const [named, ...others] = resultNames({ call })
  const around = functionAround(call)
  if (!named || others.length > 0 || named.area !== around || !around.body) return undefined
  const binding = lookUp(file.scopes, call, named.name)
  const uses = binding ? usesOf(binding, around.body, file) : []
  if (uses.length === 0) return undefined
  // What is asked once for each item of another list is a join.
  if (uses.some((node) => functionAround(node) !== around)) return undefined
  const methods = uses.map(methodOf)
  const areAll = (names: RegExp) => methods.every((method) => method !== undefined && names.test(method))
  if (areAll(/^length$/)) return 'only their number is used'
  if (areAll(/^(length|some|every|includes|findIndex)$/)) return 'they are only searched'
  return areAll(/^(length|reduce)$/) && uses.every(isSum) ? 'only their sum is used' : undefined
}

/** The property or method of the rows that is asked. */
function methodOf(node: Node): string | undefined {
  const member = node.parent
  if (member?.type !== 'MemberExpression' || member.object !== node) return undefined
  const name = keyOf(member)
  // `rows` of what a driver gives are the rows.
  return name === 'rows' ? methodOf(member) : name
}

/** `rows.reduce((sum, row) => sum + row.price, 0)` */
function isSum(node: Node): boolean {
  const call = node.parent?.parent
  if (call?.type !== 'CallExpression' || call.callee !== node.parent) return methodOf(node) === 'length'
  const [add, start] = call.arguments
  return add?.type === 'ArrowFunctionExpression' && add.body.type === 'BinaryExpression' && start?.type === 'Literal'
}

const onlyAsked: Words = {
  title: 'Rows are loaded to be searched or added up',
  fix: {
    say: 'Let the database count, search or add up.',
    code: {
      Mongoose:
        "const left = await Item.exists({ order: id, status: 'pending' })\nconst count = await Item.countDocuments({ order: id })",
      Prisma:
        "const left = await prisma.item.findFirst({ where: { orderId: id, status: 'PENDING' }, select: { id: true } })\nconst { _sum } = await prisma.item.aggregate({ where: { orderId: id }, _sum: { quantity: true } })",
      TypeORM:
        "const left = await items.existsBy({ orderId: id, status: 'pending' })\nconst total = await items.sum('quantity', { orderId: id })",
      Sequelize:
        "const left = await Item.count({ where: { orderId: id, status: 'pending' } })\nconst total = await Item.sum('quantity', { where: { orderId: id } })",
      any: "SELECT count(*) FILTER (WHERE status = 'pending') AS pending, sum(quantity) AS total FROM items WHERE order_id = $1",
    },
  },
}

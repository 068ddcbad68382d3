import type { Codebase } from '../../codebase.ts'
import {
  ancestor,
  contains,
  functionAround,
  pathOf,
  propertyOf,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { chainTop } from '../../facts/promises.ts'
import { says } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import { requestOf } from '../places.ts'
import type { Query } from '../../facts/queries.ts'
import { subjectOf } from '../../facts/query-filters.ts'
import { verbOf } from '../../facts/query-verb.ts'
import type { Match, Rule } from '../rule.ts'
import { besideTransactions } from './missing-transaction/beside.ts'
import { leftBehind } from './missing-transaction/left-behind.ts'
import { madeInParts } from './missing-transaction/made-in-parts.ts'
import { notHandedOn } from './missing-transaction/not-handed-on.ts'
import { waitsInside } from './missing-transaction/waits-inside.ts'
import { isCovered, isNote, isOtherwise, isSpent, mayFailAlone, takesFromList } from './missing-transaction/writes.ts'

export const missingTransaction: Rule = {
  id: 'missing-transaction',
  category: 'missing-transaction',
  severity: 'medium',
  confidence: 'medium',
  title: 'Writes that belong together are made one by one',
  why: 'When the second fails the first stays, and the data says something that never was.',
  effects: { safety: 'Half-made orders, accounts without owner, money counted twice.' },
  fix: {
    say: 'Put them into one transaction.',
    code: {
      Mongoose:
        '// MongoDB has transactions on replica sets only\nawait mongoose.connection.transaction(async (session) => {\n  await Order.create([order], { session })\n  await Stock.updateOne({ _id: id }, { $inc: { count: -1 } }, { session })\n})',
      Prisma:
        'await prisma.$transaction(async (tx) => {\n  await tx.order.create({ data: order })\n  await tx.stock.update({ where: { id }, data: { count: { decrement: 1 } } })\n})',
      TypeORM:
        "await dataSource.transaction(async (manager) => {\n  await manager.insert(Order, order)\n  await manager.decrement(Stock, { id }, 'count', 1)\n})",
      SQL: 'BEGIN;\nINSERT INTO orders (id, product_id) VALUES (:id, :product);\nUPDATE stock SET count = count - 1 WHERE product_id = :product AND count > 0;\nCOMMIT; -- all on one connection; ROLLBACK when one fails',
      any: "await sequelize.transaction(async (transaction) => {\n  await Order.create(order, { transaction })\n  await Stock.decrement('count', { where: { id }, transaction })\n})",
    },
  },
  sources: [
    'https://sequelize.org/docs/v6/other-topics/transactions/',
    'https://www.prisma.io/docs/orm/prisma-client/queries/transactions',
  ],
  *find(codebase) {
    yield* waitsInside(codebase)
    yield* besideTransactions(codebase)
    yield* notHandedOn(codebase)
    if (codebase.production.some(bindsTransactions)) return
    const told = new Set<Node>()
    const writes = codebase.queries.filter(
      (query) =>
        query.file.kind === 'production' &&
        !hasNone.test(query.client) &&
        verbOf(query) !== undefined &&
        !isFoundOrMade(query) &&
        !isSpent(query),
    )
    const found: Told[] = []
    const byFunction = Map.groupBy(writes, (query) => unitAround(query.call, codebase))
    for (const [around, queries] of byFunction) {
      if (!around || !requestOf(codebase, around) || queries.length < 2 || isCovered(around, queries[0]?.file)) continue
      const together = queries.filter((query) => !isNote(query))
      const [first, second] = pairIn(together)
      if (!first || !second) {
        yield* transfers(together.filter((query) => !query.repeatedBy))
        continue
      }
      told.add(first.call)
      const bound = inOneRun(
        [first, second],
        together.filter((query) => !mayFailAlone(first, query)),
      )
      const named = [...new Set(bound.flatMap((query) => shownName(query) || []))]
      const match: Match = {
        file: first.file,
        node: first.call,
        line: first.line,
        ...(together.every((query) => query === first || takesFromList(query)) ? { severity: 'low' as const } : {}),
        also: [{ path: second.file.path, line: second.line }],
        message: `${bound.length} writes${named.length < 2 ? '' : ` to ${codeList(named.slice(0, 3))}`} without a transaction.`,
      }
      found.push({ match, tables: named.toSorted().join() })
    }
    yield* sameTablesOnce(found)
    yield* madeInParts(codebase, told)
    yield* leftBehind(codebase, told)
  },
}

type Told = { match: Match; tables: string }

const fewPlaces = 4

/** Functions that write the same tables need one function that does it in a transaction: where they are many, the first weighs. */
function* sameTablesOnce(found: readonly Told[]): Iterable<Match> {
  for (const [tables, alike] of Map.groupBy(found, (each) => each.tables)) {
    const [first, ...others] = alike.map(({ match }) => match)
    if (!first || !tables.includes(',') || alike.length <= fewPlaces) yield* alike.map(({ match }) => match)
    else {
      yield { ...first, message: `${first.message} ${others.length} more functions write these tables so.` }
      yield* others.map((match): Match => ({ ...match, severity: 'info' }))
    }
  }
}

/** What runs beside the pair: of what stands in the branches of one condition, one. */
function inOneRun(pair: readonly Query[], queries: readonly Query[]): Query[] {
  const kept = [...pair]
  const excludes = (one: Query, other: Query) => isOtherwise(one, other) || isOtherwise(other, one)
  for (const query of queries)
    if (!kept.includes(query) && !kept.some((other) => excludes(other, query))) kept.push(query)
  return kept.toSorted((one, other) => one.call.start - other.call.start)
}

/** Stores in a file of their own know no transactions. */
const hasNone = /marsdb|nedb/

/** Sequelize and others take the transaction of the request by themselves. */
const bindsTransactions = says(/\.useCLS\(|typeorm-transactional|nestjs-cls\/transactional/)

/** Two rows of one model changed one after the other: a transfer, or who follows whom. */
function* transfers(queries: readonly Query[]): Iterable<Match> {
  const told = new Set<Node>()
  for (const [index, first] of queries.entries()) {
    const second = queries[index + 1]
    const block = blockOf(first.call)
    if (!second || first.kind !== 'update' || second.kind !== 'update' || !block || block !== blockOf(second.call))
      continue
    const [one, other] = [rowOf(first), rowOf(second)]
    if (one === undefined || other === undefined || one === other || isOtherwise(first, second)) continue
    if (told.has(block)) continue
    told.add(block)
    yield {
      file: first.file,
      node: first.call,
      line: first.line,
      also: [{ path: second.file.path, line: second.line }],
      message: `Two rows of \`${first.model ?? ''}\` are changed without a transaction: when the second fails, the first stays changed.`,
    }
  }
}

/** Which row an update changes: the text of its filter. */
function rowOf({ call, file, method }: Query): string | undefined {
  if (method.endsWith('Many')) return undefined
  const filter = /^(update|increment|decrement)$/.test(method)
    ? (propertyOf(call.arguments[0], 'where') ?? propertyOf(call.arguments[1], 'where'))
    : call.arguments[0]
  return filter && file.text.slice(filter.start, filter.end).replace(/\s+/g, '')
}

function blockOf(node: Node): Node | undefined {
  return ancestor(node, (at) => at.type === 'BlockStatement')
}

/** The function a request runs through: callbacks belong to the function they are written in. */
function unitAround(node: Node, codebase: Codebase): FunctionNode | undefined {
  let found = functionAround(node)
  for (let at = found; at && !codebase.web.handlers.has(at); at = functionAround(at)) {
    const isCallback = at.parent?.type === 'CallExpression' && at.parent.callee !== at
    const isExecutor = at.parent?.type === 'NewExpression'
    found = functionAround(at)
    if ((!isCallback && !isExecutor) || !found) return at
  }
  return found
}

/** Two that both run, on different tables. */
function pairIn(queries: readonly Query[]): readonly Query[] {
  for (const first of queries) {
    // What a loop does for each item may stand alone; with what comes before it, it is one change.
    if (first.repeatedBy) continue
    const second = queries.find(
      (query) =>
        query.call.start > first.call.start &&
        isElsewhere(first, query) &&
        !isOtherwise(first, query) &&
        !mayFailAlone(first, query),
    )
    if (second) return [first, second]
  }
  return []
}

/** `ProjectSnapshot.create` and `snapshot.save()` write the same row. */
function isElsewhere(first: Query, second: Query): boolean {
  const [one, other] = [nameOf(first), nameOf(second)]
  if (isRowOf(first, second)) return false
  return one !== other && !(one && other && (one.endsWith(other) || other.endsWith(one)))
}

/** `const [request] = await Request.findOrCreate(…)` and then `request.save()`. */
function isRowOf(first: Query, { call, file }: Query): boolean {
  const row = call.callee.type === 'MemberExpression' ? call.callee.object : undefined
  const made = row?.type === 'Identifier' ? lookUp(file.scopes, row, row.name)?.init : undefined
  return made !== undefined && made !== null && contains(made, first.call)
}

function codeList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function nameOf(query: Query): string | undefined {
  return subjectOf(query)
    ?.toLowerCase()
    .replace(/^(new|saved|existing)|model$/g, '')
}

/** As the code spells it, without what says that it is a store. */
function shownName(query: Query): string | undefined {
  return subjectOf(query)?.replace(/(Repository|Repo|Model)$/, '')
}

/** `found || (await create(name))`, `if (!found) found = await create(name)`: left alone it does no harm. */
function isFoundOrMade({ call }: Query): boolean {
  const { parent } = chainTop(call)
  const holder = parent?.type === 'AwaitExpression' ? parent.parent : parent
  if (holder?.type === 'LogicalExpression') return true
  if (holder?.type !== 'AssignmentExpression') return false
  const name = pathOf(holder.left)
  return ancestor(holder, (at) => at.type === 'IfStatement' && asksForNothing(at.test, name)) !== undefined
}

/** `!cart`, `cart === null` */
function asksForNothing(test: Node, name: string): boolean {
  if (test.type === 'UnaryExpression') return test.operator === '!' && pathOf(test.argument) === name
  if (test.type !== 'BinaryExpression' || !/^===?$/.test(test.operator)) return false
  return (
    pathOf(test.left) === name &&
    (pathOf(test.right) === 'undefined' || (test.right.type === 'Literal' && test.right.value === null))
  )
}

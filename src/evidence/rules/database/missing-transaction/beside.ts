import type { Codebase } from '../../../codebase.ts'
import { queriesByFile, type Query } from '../../../facts/queries.ts'
import { verbOf } from '../../../facts/query-verb.ts'
import { chainTop } from '../../../facts/promises.ts'
import { says } from '../../../parse/once.ts'
import { codeText } from '../../../parse/code-text.ts'
import { contains, functionAround, parameterName, pathOf, type FunctionNode } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { transactionsOf, type Transaction } from './transactions.ts'

/** Writes in the callback of a transaction that go past it, by the client that everyone has. */
export function* besideTransactions(codebase: Codebase): Iterable<Match> {
  const told = new Set<Query>()
  for (const transaction of transactionsOf(codebase)) {
    const { node, file, client } = transaction
    const found = [
      ...writesIn(node, file, client, codebase),
      ...handedOn(transaction, codebase).flatMap((given) => writesIn(given.node, given.file, given.name, codebase)),
    ].filter((query) => !told.has(query))
    for (const query of found) told.add(query)
    const [first, ...rest] = found
    if (!first) continue
    yield {
      file: first.file,
      node: first.call,
      line: first.line,
      also: rest.map((query) => ({ path: query.file.path, line: query.line })),
      words: ofBeside,
      message: `\`${textOf(first.call.callee, first.file, 50)}\` is not part of the transaction (${file.path}:${lineOf(transaction.call, file)}): it is written at once, whatever becomes of the rest.`,
    }
  }
}

type Given = { node: FunctionNode; file: SourceFile; name: string }

/** The functions of the project that are handed the transaction, by the name it has there. */
function handedOn({ node, file, client }: Transaction, { calls }: Codebase): Given[] {
  return file.calls.flatMap((call): Given[] => {
    const index = contains(node, call)
      ? call.arguments.findIndex((item) => item.type === 'Identifier' && item.name === client)
      : -1
    const target = index < 0 ? undefined : calls.targetOf(call)
    const name = parameterName(target?.node.params[index])?.name
    return target && name !== undefined ? [{ ...target, name }] : []
  })
}

function writesIn(node: FunctionNode, file: SourceFile, client: string, { queries }: Codebase): Query[] {
  const asked = queriesByFile(queries).get(file) ?? []
  return asked.filter(
    (query) =>
      contains(node, query.call) &&
      verbOf(query) !== undefined &&
      !isElsewhere.test(pathOf(query.call.callee)) &&
      !namesClient(query, file, client) &&
      functionAround(query.call) === node,
  )
}

/** The client of the transaction, or something made of it, asks; or the options of the query name it. */
function namesClient({ call }: Query, file: SourceFile, client: string): boolean {
  const name = new RegExp(String.raw`(?<![\w$.])${client.replaceAll('$', String.raw`\$`)}(?![\w$])`)
  if (name.test(codeText(isPrisma(file) ? call.callee : chainTop(call), file))) return true
  const root = pathOf(call.callee).split(/[.(]/)[0] ?? ''
  const binding = root === '' || root === 'this' ? undefined : lookUp(file.scopes, call, root)
  if (!binding) return false
  return binding.kind === 'parameter' || (binding.init ? name.test(codeText(binding.init, file)) : false)
}

const isPrisma = says(/\$transaction\(/)

/** Files and caches are in no transaction of the database. */
const isElsewhere = /\b(storage|redis|cache|queue)\b/i

const ofBeside: Words = {
  title: 'A write goes past the transaction around it',
  why: 'It is made with the client of everyone and takes a connection of its own: when the transaction is undone it stays, and when it needs a row that the transaction has locked, both wait until one gives up.',
  effects: {
    safety: 'Half of a change stays.',
    latency: 'Two connections for one request; with all of them taken, none is freed.',
  },
  fix: {
    say: 'Make every query of the callback with the client it is given.',
    code: {
      any: 'await db.transaction(async (tx) => {\n  await tx.insert(orders).values(order)\n  await tx.update(stock).set({ count })\n})',
      Prisma:
        'await prisma.$transaction(async (tx) => {\n  await tx.order.create({ data: order })\n  await tx.stock.update({ where: { id }, data: { count: { decrement: 1 } } })\n})',
    },
  },
}

import type { Codebase } from '../../../codebase.ts'
import { mailers } from '../../../facts/mails.ts'
import { remoteCalls } from '../../../facts/remote-calls.ts'
import { someReached } from '../../../facts/reached.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import { lineOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { transactionsOf, type Transaction } from './transactions.ts'

/** A call to another service that is waited for while a transaction holds its connection and its locks. */
export function* waitsInside(codebase: Codebase): Iterable<Match> {
  for (const transaction of transactionsOf(codebase)) {
    const { node, file } = transaction
    const [first, ...rest] = file.awaits
      .filter((item) => contains(node, item))
      .flatMap(({ argument }) => waitingCalls(argument, transaction, codebase))
    if (!first) continue
    yield {
      file,
      node: first,
      also: rest.map((call) => ({ path: file.path, line: lineOf(call, file) })),
      words: ofWaiting,
      message: `\`${textOf(first.callee, file, 50)}\` waits for another service within the transaction.`,
    }
  }
}

function waitingCalls(awaited: Node, { node, file }: Transaction, codebase: Codebase): CallNode[] {
  const remote = remoteNodes(codebase)
  return file.calls.filter((call) => {
    if (!contains(awaited, call) || isLater(call, node)) return false
    if (remote.has(call)) return true
    const target = codebase.calls.targetOf(call)
    return (
      target !== undefined &&
      someReached(
        target,
        2,
        codebase.calls,
        (reached) => mailers(codebase).has(reached) || waiting(codebase).has(reached),
      )
    )
  })
}

/** In a function of its own that no list is gone through with, and that may run at another time. */
function isLater(call: CallNode, transaction: FunctionNode): boolean {
  const around = ancestor(call, (at) => isFunction(at), transaction)
  if (!isFunction(around) || around === transaction) return false
  const given = around.parent?.type === 'CallExpression' ? keyOf(around.parent.callee) : undefined
  return !/^(map|flatMap|forEach)$/.test(given ?? '')
}

const remoteNodes = onceFor((codebase: Codebase) => new Set<Node>(remoteCalls(codebase).map(({ call }) => call)))

/** Functions that make such a call themselves. */
const waiting = onceFor(
  (codebase: Codebase) => new Set(remoteCalls(codebase).flatMap(({ call }) => functionAround(call) ?? [])),
)

const ofWaiting: Words = {
  title: 'A transaction waits for another service',
  why: 'As long as that takes, the connection is lent to nobody else and the rows stay locked; what the other service did is not undone when the transaction is.',
  effects: {
    latency: 'A slow service stops everyone who needs a connection or one of these rows.',
    safety: 'Files, mails and payments stay where the rows do not.',
  },
  fix: {
    say: 'Ask the other service before the transaction, or tell it afterwards what is to be done.',
    code: {
      Prisma:
        'const image = await storage.upload(file)\nawait prisma.$transaction(async (tx) => {\n  await tx.post.create({ data: { title, image } })\n})',
      any: 'const image = await storage.upload(file)\nawait db.transaction(async (transaction) => {\n  await Post.create({ title, image }, { transaction })\n})',
    },
  },
}

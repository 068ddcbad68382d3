import type { Codebase } from '../../../codebase.ts'
import { statementsAfter } from '../../../facts/flow-of-control.ts'
import { isFinal, responsesIn, type ResponseCall } from '../../../facts/responses.ts'
import {
  ancestor,
  contains,
  functionAround,
  keyOf,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { returnsOf } from '../../../parse/returns.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** An answer in the callback of a transaction, after which the handler goes on and answers as if all was well. */
export function* answersInTransactions(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const answers = responsesIn(file, codebase.web).filter((response) => isFinal(response))
  for (const answer of answers) {
    const callback = functionAround(answer.call)
    const transaction = callback && transactionOf(callback)
    const around = transaction && functionAround(transaction)
    const later = around && answerAfter(transaction, around, answers, file)
    if (!later || later.handler !== answer.handler) continue
    yield {
      file,
      node: answer.call,
      words: onlyTheCallback,
      message: `After this answer the transaction is committed, and the handler answers again on line ${lineOf(later.call, file)}.`,
    }
  }
}

/** The awaited call that runs a function in a transaction. */
function transactionOf(callback: FunctionNode): CallNode | undefined {
  const call = callback.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  return /^(\$?transaction|withTransaction|inTransaction)$/.test(keyOf(call.callee) ?? '') ? call : undefined
}

function answerAfter(
  transaction: CallNode,
  around: FunctionNode,
  answers: readonly ResponseCall[],
  file: SourceFile,
): ResponseCall | undefined {
  for (const statement of statementsAfter(transaction, around)) {
    if (mayLeave(statement, around, file)) return undefined
    const found = answers.find((item) => contains(statement, item.call) && functionAround(item.call) === around)
    if (found) return isInBranch(found.call, statement) ? undefined : found
  }
  return undefined
}

/** `if (!order) return` looks at what the transaction gave. */
function mayLeave(statement: Node, around: FunctionNode, file: SourceFile): boolean {
  return statement.type === 'IfStatement' && returnsOf(around, file).some((leaving) => contains(statement, leaving))
}

function isInBranch(call: Node, statement: Node): boolean {
  return (
    statement.type === 'IfStatement' ||
    ancestor(call, ({ type }) => /^(If|Conditional|Logical|Switch)/.test(type), statement) !== undefined
  )
}

const onlyTheCallback: Words = {
  why: 'A `return` in the callback ends the callback alone: what it wrote is committed, and the handler goes on as if the transaction had done its work.',
  fix: {
    say: 'Throw in the callback, which also takes back what was written, and answer where the transaction is awaited.',
    code: {
      any: "const order = await db.transaction(async (tx) => {\n  const product = await findProduct(tx, id)\n  if (!product) throw new NotFound('no such product')\n  return await addOrder(tx, product)\n})",
    },
  },
}

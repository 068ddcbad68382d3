import type { Codebase } from '../../../codebase.ts'
import { queriesByFile } from '../../../facts/queries.ts'
import { verbOf } from '../../../facts/query-verb.ts'
import {
  contains,
  functionAround,
  keyOf,
  parameterName,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `findById(id, trx?)` asked without `trx` where there is one: it asks outside of the transaction. */
export function* notHandedOn(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const taker of takersIn(file)) {
      const left = file.calls.filter((call) => leavesOut(call, taker, codebase))
      const writing = left.find((call) => verbsIn(call, codebase).some((verb) => verb !== undefined))
      const first = writing ?? left[0]
      if (!first) continue
      yield {
        file,
        node: first,
        severity: writing ? 'medium' : 'low',
        also: left.filter((call) => call !== first).map((call) => ({ path: file.path, line: lineOf(call, file) })),
        words: ofLeft,
        message: `\`${textOf(first.callee, file, 50)}\` is not given \`${taker.name}\`: ${writing ? 'it writes outside of the transaction, and what it wrote stays when the rest is undone' : 'it asks outside of the transaction, and does not see what that has written'}.`,
      }
    }
  }
}

type Taker = { node: FunctionNode; name: string }

const transaction = /^(trx|tx|transaction|query_?runner|entity_?manager)$/i

/** Functions that are handed a transaction. */
const takersIn = once((file: SourceFile): readonly Taker[] =>
  file.functions.flatMap((node): Taker[] => {
    const name = node.params.map(nameOf).find((item) => transaction.test(item ?? ''))
    return name === undefined ? [] : [{ node, name }]
  }),
)

function nameOf(parameter: Node): string | undefined {
  return parameterName(parameter)?.name
}

/** It could take the transaction, asks the database, and is given nothing in its place. */
function leavesOut(call: CallNode, { node, name }: Taker, codebase: Codebase): boolean {
  if (!contains(node, call) || functionAround(call) !== node) return false
  const target = codebase.calls.targetOf(call)
  if (!target || target.node === node) return false
  const index = target.node.params.findIndex((item) => transaction.test(nameOf(item) ?? ''))
  return (
    index >= 0 &&
    call.arguments.length <= index &&
    call.arguments.every((given) => given.type !== 'SpreadElement') &&
    mentionsOf(name, call).length === 0 &&
    !/^(commit|rollback|release)/i.test(keyOf(call.callee) ?? '') &&
    verbsIn(call, codebase).length > 0
  )
}

/** What the queries of the called function do; undefined for those that only read. */
function verbsIn(call: CallNode, { calls, queries }: Codebase): ReturnType<typeof verbOf>[] {
  const target = calls.targetOf(call)
  const asked = target ? (queriesByFile(queries).get(target.file) ?? []) : []
  return asked.filter((query) => target && contains(target.node, query.call)).map(verbOf)
}

const ofLeft: Words = {
  title: 'A call leaves its transaction out',
  why: 'What is asked without the transaction takes another connection: it sees the rows as they were before, and waits for those the transaction has locked.',
  effects: { safety: 'The answer shows what was, and a write stays when the rest is undone.' },
  fix: {
    say: 'Hand the transaction on to every call that can take it.',
    code: { any: 'return this.findById(id, trx)' },
  },
}

import { statementsAfter } from '../../../facts/flow-of-control.ts'
import {
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { goingBy, plainCallsOf } from '../../../parse/by-name.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `new Promise` that hands `resolve` to a callback and calls it itself without waiting for that. */
export function* settledEarly(file: SourceFile): Iterable<Match> {
  for (const made of goingBy(plainCallsOf(file), 'Promise')) {
    const [executor] = made.arguments
    if (made.type !== 'NewExpression') continue
    const resolve = isFunction(executor) ? parameterName(executor.params[0])?.name : undefined
    if (resolve === undefined || !isFunction(executor) || executor.body?.type !== 'BlockStatement') continue
    const calls = goingBy(plainCallsOf(file), resolve).filter((call) => isCallOf(resolve, call, executor, file))
    const atOnce = calls.find((call) => functionAround(call) === executor && call.parent?.parent === executor.body)
    const later = atOnce && calls.find((call) => runsLater(call, atOnce, executor))
    if (atOnce && later)
      yield {
        file,
        node: atOnce,
        message: `The promise is resolved here without waiting for the callback that resolves it on line ${lineOf(later, file)}: an \`else\` is missing.`,
      }
  }
}

function isCallOf(name: string, call: CallNode, executor: FunctionNode, file: SourceFile): boolean {
  return (
    call.start > executor.start &&
    call.end < executor.end &&
    lookUp(file.scopes, call, name)?.parameter?.of === executor
  )
}

/** In a callback of a call that stands before, with nothing that leaves in between. */
function runsLater(call: Node, atOnce: Node, executor: FunctionNode): boolean {
  const callback = functionAround(call)
  const taker = callback && callback !== executor ? callback.parent : undefined
  if (taker?.type !== 'CallExpression' || taker.callee === callback || functionAround(taker) !== executor) return false
  if (/^(forEach|map|filter|some|every|find|findIndex|reduce|sort|flatMap)$/.test(keyOf(taker.callee) ?? ''))
    return false
  return statementsAfter(taker, executor).some(
    (statement) => statement.start <= atOnce.start && atOnce.end <= statement.end,
  )
}

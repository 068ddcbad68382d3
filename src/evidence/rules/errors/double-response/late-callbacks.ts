import type { Codebase } from '../../../codebase.ts'
import { statementsAfter } from '../../../facts/flow-of-control.ts'
import { errorNames } from '../../../facts/promises.ts'
import { handlerAround, isFinal, responsesIn } from '../../../facts/responses.ts'
import { contains, functionAround, keyOf, parameterName, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Calls with arguments, in callbacks that take an error first. */
const callsInCallbacks = once((file: SourceFile) =>
  file.calls.flatMap((call) => {
    if (call.callee.type !== 'Identifier' || call.arguments.length === 0) return []
    const inner = functionAround(call)
    const outerCall = inner?.parent
    if (!inner || outerCall?.type !== 'CallExpression' || outerCall.callee === inner || !errorFirst(inner)) return []
    return [{ call, inner, outerCall }]
  }),
)

/** A callback that fails after the handler has already answered below it. */
export function* lateCallbacks(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const responses = responsesIn(file, codebase.web).filter(isFinal)
  if (responses.length === 0) return
  for (const { call, inner, outerCall } of callsInCallbacks(file)) {
    if (call.callee.type !== 'Identifier') continue
    const handler = handlerAround(inner, codebase.web.handlers)
    if (!handler || handler.node === inner || handler.next !== call.callee.name) continue
    let at: Node = outerCall
    for (let around = functionAround(at); around; around = functionAround(at)) {
      const after = statementsAfter(at, around)
      const later = responses.find(
        (item) => functionAround(item.call) === around && after.some((statement) => contains(statement, item.call)),
      )
      if (later) {
        yield {
          file,
          node: later.call,
          message: `The callback on line ${lineOf(call, file)} may call \`${call.callee.name}\` after this answer.`,
        }
        break
      }
      if (around === handler.node || !/^(forEach|map)$/.test(calledMethod(around))) break
      at = around
    }
  }
}

function errorFirst(node: FunctionNode): boolean {
  return errorNames.test(parameterName(node.params[0])?.name ?? '')
}

function calledMethod(node: FunctionNode): string {
  const call = node.parent
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' ? (keyOf(call.callee) ?? '') : ''
}

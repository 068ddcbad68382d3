import type { Codebase } from '../../../codebase.ts'
import { iterationOf } from '../../../facts/repetition.ts'
import {
  ancestor,
  functionAround,
  isFunction,
  isLoop,
  keyOf,
  pathOf,
  type CallNode,
  type FunctionNode,
} from '../../../parse/ast.ts'
import { methodCallsOf, goingBy } from '../../../parse/by-name.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { firstUse } from './first-use.ts'
import { isStrict } from './strictness.ts'

/** `items.find((item) => item.id === req.params.id)` that is used without a look at whether there is such an item. */
export function* foundInList(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (isStrict(file, codebase.texts)) continue
    for (const { call, test, around } of finds(file)) {
      if (!codebase.web.inRequest.has(around) || isSure(call, around, file) || isAskedFor(call, test, around, file))
        continue
      if (!asksForInput(test, file, codebase)) continue
      const { parent } = call
      if (parent?.type === 'MemberExpression' && parent.object === call && !parent.optional)
        yield {
          file,
          node: parent,
          message: `\`${textOf(call, file, 40)}\` finds nothing for what is not there, and \`.${keyOf(parent) ?? ''}\` then throws.`,
        }
      else if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier')
        yield* firstUse(codebase, parent.id.name, around, parent.end, file)
    }
  }
}

const finds = once((file: SourceFile) =>
  goingBy(methodCallsOf(file), 'find').flatMap((call: CallNode) => {
    const [test] = call.arguments
    if (!isFunction(test)) return []
    const around = functionAround(call)
    return around && test.body && test.body.type !== 'BlockStatement' && !test.async ? [{ call, test, around }] : []
  }),
)

/** In a loop over what was counted before, or behind `items.some(…)`, there is one. */
function isSure(call: CallNode, around: FunctionNode, file: SourceFile): boolean {
  const list = call.callee.type === 'MemberExpression' ? pathOf(call.callee.object) : ''
  const before = file.text.slice(around.start, call.start)
  return (
    iterationOf(around) !== undefined ||
    ancestor(call, isLoop, around) !== undefined ||
    before.includes(`${list}.some(`)
  )
}

/** `findOne({ 'seats.id': seatId })` gave the row, so one of its `seats` has that `id`. */
function isAskedFor(call: CallNode, { body }: FunctionNode, around: FunctionNode, file: SourceFile): boolean {
  if (call.callee.type !== 'MemberExpression' || body?.type !== 'BinaryExpression') return false
  const list = keyOf(call.callee.object) ?? pathOf(call.callee.object)
  const before = file.text.slice(around.start, call.start)
  const sides = [body.left, body.right]
  return sides.some((side, index) => {
    const value = sides[1 - index]
    const given = value && file.text.slice(value.start, value.end)
    return [`'`, `"`].some((quote) => before.includes(`${quote}${list}.${keyOf(side) ?? ''}${quote}: ${given ?? ''}`))
  })
}

/** Whether the test compares with what the caller sent. */
function asksForInput({ body }: FunctionNode, file: SourceFile, { flow }: Codebase): boolean {
  if (body?.type !== 'BinaryExpression' || !/^===?$/.test(body.operator)) return false
  return [body.left, body.right].some((side) => {
    const kind = flow.trace(side, file)?.kind
    return kind !== undefined && /^(params|query|body)$/.test(kind)
  })
}

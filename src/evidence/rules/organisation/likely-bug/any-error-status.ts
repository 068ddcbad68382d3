import type { Codebase } from '../../../codebase.ts'
import { ancestor, contains, keyOf, parameterName, pathOf, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Error handlers that take the status from the error, which errors of libraries do not have. */
export function* anyErrorStatus({ production }: Codebase): Iterable<Match> {
  for (const file of production) {
    for (const handler of errorHandlers(file)) {
      const call = file.calls.find((item) => contains(handler, item) && takesStatus(item, handler, file))
      if (call)
        yield {
          file,
          node: call,
          message: `\`${textOf(call, file)}\`: an error of a library has no such field, and a status that is undefined throws again.`,
        }
    }
  }
}

const errorHandlers = once((file: SourceFile) =>
  file.functions.filter(
    ({ params }) =>
      params.length === 4 &&
      /^(err|error|e)$/.test(parameterName(params[0])?.name ?? '') &&
      /^_*(res|response)$/.test(parameterName(params[2])?.name ?? ''),
  ),
)

function takesStatus(call: Node, handler: FunctionNode, file: SourceFile): boolean {
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || keyOf(call.callee) !== 'status')
    return false
  const [status] = call.arguments
  const error = parameterName(handler.params[0])?.name ?? ''
  if (status?.type !== 'MemberExpression' || status.object.type !== 'Identifier' || status.object.name !== error)
    return false
  const isGiven = file.assignments.some(({ left }) => contains(handler, left) && pathOf(left) === pathOf(status))
  const isAsked = ancestor(call, (at) => /^(If|Switch)Statement$|^ConditionalExpression$/.test(at.type), handler)
  const leavesBefore = /\bif\s*\(/.test(file.text.slice(handler.start, call.start))
  return !isGiven && !isAsked && !leavesBefore
}

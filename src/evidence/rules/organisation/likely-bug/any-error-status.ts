import type { Codebase } from '../../../codebase.ts'
import { ancestor, contains, keyOf, parameterName, pathOf, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
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

const errorHandlers = atOnce((file: SourceFile) => file.functions.filter((node) => errorOf(node) !== undefined))

/** The error that error middleware of Express, or a function named for it, is given beside the response. */
function errorOf(node: FunctionNode): string | undefined {
  const names = node.params.map((parameter) => parameterName(parameter)?.name ?? '')
  const error = names.find((name) => /^(err|error|e)$/.test(name))
  if (error === undefined || !names.some((name) => /^_*(res|response)$/.test(name))) return undefined
  if (names.length === 4 && names[0] === error) return error
  const { parent } = node
  const name = node.id?.name ?? (parent?.type === 'VariableDeclarator' ? pathOf(parent.id) : '')
  return names.length < 4 && /^((handle|send|respond)(With)?Err(or)?(Response)?|err(or)?Handler)$/.test(name)
    ? error
    : undefined
}

function takesStatus(call: Node, handler: FunctionNode, file: SourceFile): boolean {
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || keyOf(call.callee) !== 'status')
    return false
  const [status] = call.arguments
  const error = errorOf(handler)
  if (status?.type !== 'MemberExpression' || status.object.type !== 'Identifier' || status.object.name !== error)
    return false
  const isGiven = file.assignments.some(({ left }) => contains(handler, left) && pathOf(left) === pathOf(status))
  const isAsked = ancestor(call, (at) => /^(If|Switch)Statement$|^ConditionalExpression$/.test(at.type), handler)
  const leavesBefore = /\bif\s*\([\s\S]*\b(return|throw|code|status\w*)\b/.test(
    file.text.slice(handler.start, call.start),
  )
  return !isGiven && !isAsked && !leavesBefore
}

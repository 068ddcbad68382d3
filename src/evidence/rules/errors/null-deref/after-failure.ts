import type { Codebase } from '../../../codebase.ts'
import { errorNames } from '../../../facts/promises.ts'
import { parameterName, pathOf, unwrap, type FunctionNode, type Node, type Of } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { firstUse } from './first-use.ts'

/** `if (error) reject(error)` and, without a `return`, a use of the result that is not there. */
export function* afterFailure(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { callback, branch, error, result } of failuresThatGoOn(file)) {
    for (const match of firstUse(codebase, result, callback, branch.end, file))
      yield {
        ...match,
        message: `With an error in \`${error}\` there is no \`${result}\`, and the code goes on: reading it throws.`,
      }
  }
}

type Failure = { callback: FunctionNode; branch: Of<'IfStatement'>; error: string; result: string }

const failuresThatGoOn = atOnce((file: SourceFile) =>
  file.functions.flatMap((callback): Failure[] => {
    const [error, result] = [0, 1].map((index) => parameterName(callback.params[index])?.name)
    if (error === undefined || result === undefined || !errorNames.test(error)) return []
    const call = callback.parent
    if (call?.type !== 'CallExpression' || callback.body?.type !== 'BlockStatement' || neverFails(call)) return []
    const branch = callback.body.body.find(
      (item): item is Of<'IfStatement'> => item.type === 'IfStatement' && asksFor(item.test, error),
    )
    return branch && !branch.alternate && goesOn(branch.consequent) ? [{ callback, branch, error, result }] : []
  }),
)

/** The system does not run out of random bytes. */
function neverFails({ callee }: Of<'CallExpression'>): boolean {
  return pathOf(callee).endsWith('randomBytes')
}

/** `error`, `error != null` and the like. */
function asksFor(test: Node, name: string): boolean {
  const inner = unwrap(test)
  const asked = inner.type === 'BinaryExpression' && inner.operator.startsWith('!=') ? unwrap(inner.left) : inner
  return asked.type === 'Identifier' && asked.name === name
}

function goesOn(branch: Node): boolean {
  const statements = branch.type === 'BlockStatement' ? branch.body : [branch]
  return !statements.some(
    (item) =>
      /^(Return|Throw|If|Try|Switch)Statement$/.test(item.type) ||
      (item.type === 'ExpressionStatement' && endsProcess(item.expression)),
  )
}

function endsProcess(expression: Node): boolean {
  return expression.type === 'CallExpression' && /(^|\.)(exit|abort|fail)$/.test(pathOf(expression.callee))
}

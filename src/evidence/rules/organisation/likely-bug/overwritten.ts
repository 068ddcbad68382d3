import { isFunction, type Node } from '../../../parse/ast.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `if (failed) state = 'bad'` and then `state = 'good'`: an `else` is missing. */
export function* overwritten(file: SourceFile): Iterable<Match> {
  for (const assignment of file.assignments) {
    const name = assignment.left.type === 'Identifier' ? assignment.left.name : undefined
    const place = assignment.parent
    if (name === undefined || assignment.operator !== '=' || place?.type !== 'ExpressionStatement') continue
    const earlier = before(place)
    if (earlier?.type !== 'IfStatement' || earlier.alternate || lastAssigned(earlier.consequent) !== name) continue
    if (mentionsOf(name, assignment.right).length > 0) continue
    yield {
      file,
      node: assignment,
      message: `\`${name}\` gets this value in every case: what the condition before gave it is lost.`,
    }
  }
}

function before(statement: Node): Node | undefined {
  const list = statement.parent
  if (list?.type !== 'BlockStatement' && list?.type !== 'Program') return undefined
  const body: readonly Node[] = list.body
  return body[body.indexOf(statement) - 1]
}

/** The name that the last statement of a branch assigns. */
function lastAssigned(branch: Node): string | undefined {
  const last = branch.type === 'BlockStatement' ? branch.body.at(-1) : branch
  const assignment = last?.type === 'ExpressionStatement' ? last.expression : undefined
  return assignment?.type === 'AssignmentExpression' &&
    assignment.operator === '=' &&
    assignment.left.type === 'Identifier' &&
    !isFunction(assignment.right)
    ? assignment.left.name
    : undefined
}

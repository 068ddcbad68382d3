import { ancestor, functionAround, unwrap } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { remedies } from './remedies.ts'

/** Names that are assigned to themselves, be it because a callback’s parameter hides the outer one. */
export function* selfAssignments(file: SourceFile): Iterable<Match> {
  for (const assignment of file.assignments) {
    const [left, right] = [unwrap(assignment.left), unwrap(assignment.right)]
    if (
      assignment.operator !== '=' ||
      // `value = await value` waits for it.
      assignment.right.type === 'AwaitExpression' ||
      // `value = value as Narrower` tells the compiler more.
      assignment.right.type.startsWith('TS') ||
      // `known ? add(value) : (list = list)` does nothing on purpose.
      assignment.parent?.type === 'ConditionalExpression' ||
      left.type !== 'Identifier' ||
      right.type !== 'Identifier' ||
      left.name !== right.name
    )
      continue
    const binding = lookUp(file.scopes, assignment, left.name)
    const around = functionAround(assignment)
    const outer =
      around && binding?.parameter?.of === around ? lookUp(file.scopes, around.parent ?? around, left.name) : undefined
    const place =
      outer && around ? (ancestor(around, (node) => node.type === 'CallExpression') ?? assignment) : assignment
    yield {
      file,
      node: place,
      ...(outer ? {} : { words: { fix: remedies.assignedToItself } }),
      message: outer
        ? `\`${left.name}\` is the callback’s own parameter: the outer \`${left.name}\` never gets the value.`
        : `\`${left.name}\` is assigned to itself.`,
    }
  }
}

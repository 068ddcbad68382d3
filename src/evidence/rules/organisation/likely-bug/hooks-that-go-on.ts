import type { Codebase } from '../../../codebase.ts'
import { statementsAfter } from '../../../facts/flow-of-control.ts'
import { ancestor, functionAround, isFunction, keyOf, literalText, parameterName } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** `pre('save')` hooks that call `next` and do not stop, or that ask for a method in place of its answer. */
export function* hooksThatGoOn(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('pre')) {
    const hook = call.arguments.at(-1)
    if (!isFunction(hook) || literalText(call.arguments[0]) !== 'save') continue
    for (const member of file.members) {
      if (member.start < hook.start || member.end > hook.end || keyOf(member) !== 'isModified') continue
      if (member.parent?.type === 'UnaryExpression' || member.parent?.type === 'IfStatement')
        yield {
          file,
          node: member,
          message: '`isModified` is a function, so this is always true: it was meant to be called.',
        }
    }
    const next = parameterName(hook.params[0])?.name
    for (const early of next === undefined ? [] : file.calls) {
      if (
        early.start < hook.start ||
        early.end > hook.end ||
        early.callee.type !== 'Identifier' ||
        early.callee.name !== next
      )
        continue
      const branch = ancestor(early, (node) => node.type === 'IfStatement', hook)
      if (!branch || early.parent?.type !== 'ExpressionStatement' || functionAround(early) !== hook) continue
      const after = statementsAfter(early, hook)
      if (after.some((statement) => /\bpassword\b/.test(file.text.slice(statement.start, statement.end))))
        yield {
          file,
          node: early,
          message: `\`${next}()\` does not stop the hook: what follows runs too, and hashes a hash.`,
        }
    }
  }
}

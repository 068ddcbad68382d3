import type { Codebase } from '../../../codebase.ts'
import { statementsAfter } from '../../../facts/flow-of-control.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  literalText,
  parameterName,
  type FunctionNode,
} from '../../../parse/ast.ts'
import { goingBy, membersOf } from '../../../parse/by-name.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `pre('save')` hooks that call `next` and do not stop, so that a password is hashed again. */
export function* hooksThatGoOn(codebase: Codebase): Iterable<Match> {
  for (const { hook, file } of saveHooks(codebase)) {
    const next = parameterName(hook.params[0])?.name
    for (const early of next === undefined ? [] : file.calls) {
      if (early.callee.type !== 'Identifier' || early.callee.name !== next || functionAround(early) !== hook) continue
      const isBranch = ancestor(early, ({ type }) => type === 'IfStatement', hook) !== undefined
      if (!isBranch || early.parent?.type !== 'ExpressionStatement') continue
      const after = statementsAfter(early, hook)
      if (!after.some((statement) => /\bpassword\b/.test(file.text.slice(statement.start, statement.end)))) continue
      const message = `\`${next}()\` does not stop the hook: what follows runs too, and hashes a hash.`
      yield { file, node: early, message }
    }
  }
}

/** `if (!this.isModified)`, which asks for the method in place of its answer. */
export function* methodsForAnswers(codebase: Codebase): Iterable<Match> {
  for (const { hook, file } of saveHooks(codebase)) {
    for (const member of goingBy(membersOf(file), 'isModified')) {
      if (!/^(Unary|If)(Expression|Statement)$/.test(member.parent?.type ?? '') || !contains(hook, member)) continue
      const message = '`isModified` is a function, so this is always true: it was meant to be called.'
      yield { file, node: member, message }
    }
  }
}

function saveHooks({ index }: Codebase): { hook: FunctionNode; file: SourceFile }[] {
  return index.methods('pre').flatMap(({ call, file }) => {
    const hook = call.arguments.at(-1)
    return isFunction(hook) && literalText(call.arguments[0]) === 'save' ? [{ hook, file }] : []
  })
}

import type { Codebase } from '../../../codebase.ts'
import { isFunction, literalText, parameterName } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** A hook before each save that hashes whatever is there: the hash of a hash after the second save. */
export function* hashedAgain(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('pre')) {
    const hook = call.arguments.at(-1)
    if (!isFunction(hook) || literalText(call.arguments[0]) !== 'save') continue
    const text = file.text.slice(hook.start, hook.end)
    const hash = /\bthis\.(password|passwd|pwd)\s*=\s*(await\s+)?[\w.]*hash(Sync)?\(/.exec(text)
    if (!hash || /isModified|isNew|modifiedPaths|isDirectModified|wasNew/.test(text)) continue
    const node = file.assignments.find(({ start }) => start >= hook.start + hash.index && start < hook.end)
    yield {
      file,
      node: node ?? hook,
      message: 'This hashes at each save, not only when the password changed: the second save hashes the hash.',
    }
  }
  for (const { call, file } of codebase.index.methods('beforeUpdate', 'beforeSave')) {
    const hook = call.arguments.at(-1)
    const model = isFunction(hook) ? parameterName(hook.params[0])?.name : undefined
    if (!isFunction(hook) || model === undefined) continue
    const text = file.text.slice(hook.start, hook.end)
    if (
      new RegExp(String.raw`\b${model}\.password\s*=\s*(await\s+)?[\w.]*hash(Sync)?\(`).test(text) &&
      !/changed\(|previous\(|isNewRecord/.test(text)
    )
      yield {
        file,
        node: call,
        message: 'This hashes at each save, not only when the password changed: the second save hashes the hash.',
      }
  }
}

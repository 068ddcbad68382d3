import type { Codebase } from '../../../codebase.ts'
import { decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { isFunction, literalText, parameterName } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
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
  for (const file of codebase.production) yield* inListeners(file)
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

/** `@BeforeUpdate()` of TypeORM runs whichever field has changed; an `if` asks which one. */
const inListeners = atOnce((file: SourceFile): readonly Match[] =>
  file.classes.flatMap((holder) =>
    holder.body.body.flatMap((method): Match[] => {
      if (method.type !== 'MethodDefinition') return []
      if (!decoratorsOf(method).some((item) => decoratorName(item) === 'BeforeUpdate')) return []
      const text = file.text.slice(method.start, method.end)
      const hash = /\bthis\.(password|passwd|pwd)\s*=\s*(await\s+)?[\w.]*hash(Sync)?\(\s*this\.\1\b/.exec(text)
      if (!hash || /\bif\s*\(|\?|&&|\|\|/.test(text)) return []
      const node = file.assignments.find(({ start }) => start >= method.start + hash.index && start < method.end)
      const message =
        'This hashes at each update, not only when the password changed: the next change of any field hashes the hash.'
      return [{ file, node: node ?? method, severity: 'high', message }]
    }),
  ),
)

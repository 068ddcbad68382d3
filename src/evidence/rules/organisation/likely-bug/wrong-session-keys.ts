import type { Codebase } from '../../../codebase.ts'
import { functionAround, isFunction, keyOf, pathOf } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** Signing out clears a key of the session that nothing ever sets. */
export function* wrongSessionKeys(codebase: Codebase): Iterable<Match> {
  const writes = codebase.production.flatMap((file) =>
    file.assignments.flatMap((assignment) => {
      const left = assignment.left
      if (left.type !== 'MemberExpression' || !/^(req|request|ctx)\.session$/.test(pathOf(left.object))) return []
      const value = file.text.slice(assignment.right.start, assignment.right.end)
      return [{ file, assignment, key: keyOf(left) ?? '', clears: /^(null|undefined|false|''|"")$/.test(value) }]
    }),
  )
  const set = new Set(writes.filter((write) => !write.clears).map((write) => write.key))
  for (const write of writes) {
    if (
      !write.clears ||
      set.has(write.key) ||
      set.size === 0 ||
      codebase.production.some((file) => new RegExp(String.raw`session\.${write.key}\b(?!\s*=[^=])`).test(file.text))
    )
      continue
    const around = functionAround(write.assignment)
    if (!around || !isFunction(around)) continue
    yield {
      file: write.file,
      node: write.assignment,
      message: `\`session.${write.key}\` is cleared but never set; ${[...set]
        .slice(0, 3)
        .map((key) => `\`${key}\``)
        .join(', ')} stays.`,
    }
  }
}

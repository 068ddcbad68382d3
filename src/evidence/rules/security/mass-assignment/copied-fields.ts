import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, type Node, type Of } from '../../../parse/ast.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isChecked } from '../../checked-values.ts'
import { isValidated, sourceText } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { callersOf } from '../../callers.ts'

/** `for (const key of Object.keys(req.body)) user[key] = req.body[key]`, and the record is saved: every field is set. */
export function* copiedFields(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { assignment, record, key, value } of savedCopies(file)) {
      const named = codebase.flow.trace(namesFrom(key, file), file)
      if (named?.kind !== 'body' || isChecked(named, assignment, file) || isValidated(codebase, named)) continue
      const trace = codebase.flow.trace(value, file)
      if (trace?.kind !== 'body' || callersOf(trace, codebase) !== 'anyone') continue
      yield {
        file,
        node: assignment,
        ...(isAccountModel(record.name) ? {} : { severity: 'medium' }),
        message: `Every field of ${sourceText(named, file, assignment)} is set on the record.`,
        steps: named.steps,
      }
    }
  }
}

const savedCopies = atOnce((file: SourceFile) =>
  file.assignments.flatMap((assignment) => {
    const { left, right } = assignment
    if (left.type !== 'MemberExpression' || !left.computed || keyOf(left) !== undefined) return []
    const record = left.object
    if (record.type !== 'Identifier' || !isSaved(record, assignment, file)) return []
    return [{ assignment, record, key: left.property, value: right }]
  }),
)

function isSaved(record: Of<'Identifier'>, assignment: Node, file: SourceFile): boolean {
  const declared = lookUp(file.scopes, record, record.name)
  const around = declared && functionAround(declared.node)
  const after = around ? file.text.slice(assignment.end, around.end) : ''
  return new RegExp(String.raw`\b(save|persist\w*)\(\s*${record.name}\b|\b${record.name}\.save\(`).test(after)
}

/** The object whose keys `for (const key in object)` goes through; any other name stands for itself. */
function namesFrom(key: Node, file: SourceFile): Node {
  const loop = key.type === 'Identifier' && lookUp(file.scopes, key, key.name)?.node.parent?.parent?.parent
  return loop && loop.type === 'ForInStatement' ? loop.right : key
}

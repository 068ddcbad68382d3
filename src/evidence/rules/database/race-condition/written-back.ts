import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, unwrap, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { locked } from './locked.ts'

/** `update(id, { quantity: found.quantity + more })`, where `found` was read before. */
export function* writtenBack(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.kind !== 'update' || query.file.kind !== 'production' || !requestOf(codebase, query.call)) continue
    const around = functionAround(query.call)
    if (!around || locked.test(query.file.text.slice(around.start, query.call.end))) continue
    const name = query.call.arguments.flatMap((argument) => changedFields(argument, query.file)).at(0)
    if (name === undefined) continue
    yield {
      file: query.file,
      node: query.call,
      line: query.line,
      confidence: 'medium',
      message: `\`${name}\` is read, changed here and written back: of two requests at once, one change is lost.`,
    }
  }
}

/** Keys whose value is that field of a row that was looked up, with something added or taken away. */
function changedFields(node: Node, file: SourceFile): string[] {
  if (node.type !== 'ObjectExpression') return []
  return node.properties.flatMap((property): string[] => {
    if (property.type !== 'Property') return []
    const key = keyOf(property)
    if (key === undefined) return []
    if (/^(\$set|data|values|set)$/.test(key)) return changedFields(property.value, file)
    const value = unwrap(property.value)
    if (value.type !== 'BinaryExpression' || !/^[-+]$/.test(value.operator)) return []
    const former = value.left.type === 'PrivateIdentifier' ? value.right : unwrap(value.left)
    if (former.type !== 'MemberExpression' || keyOf(former) !== key || former.object.type !== 'Identifier') return []
    const made = lookUp(file.scopes, former, former.object.name)?.init
    return made && /\bawait\b/.test(file.text.slice(made.start, made.end)) ? [key] : []
  })
}

import { functionAround, type Node, type Of } from '../../parse/ast.ts'
import { usesOf } from '../../parse/mentions.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'

/** Where the name that a value is given for good is first asked by `!name`, as far as that fits; undefined for other places. */
export function firstNegation(
  value: Node,
  file: SourceFile,
  fits: (negation: Node, name: string) => boolean,
): Of<'UnaryExpression'> | undefined {
  const declarator = value.parent
  if (declarator?.type !== 'VariableDeclarator' || declarator.init !== value || declarator.id.type !== 'Identifier')
    return undefined
  const { id } = declarator
  const around = functionAround(declarator)
  const binding = lookUp(file.scopes, id, id.name)
  if (!around?.body || !binding || binding.writes.length > 0) return undefined
  for (const use of usesOf(binding, around.body, file)) {
    const holder = use.parent
    if (use.start <= value.end) continue
    if (holder?.type === 'UnaryExpression' && holder.operator === '!' && fits(holder, id.name)) return holder
  }
  return undefined
}

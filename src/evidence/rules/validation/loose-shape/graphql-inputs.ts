import { decoratorName } from '../../../facts/handlers.ts'
import type { ClassNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { usesClassValidator } from './class-fields.ts'
import { fieldsOf } from '../../../facts/plain-parameters.ts'

/** GraphQL inputs that only the type system looks at. */
export function isBareInput(node: ClassNode, file: SourceFile): boolean {
  return (
    !node.superClass &&
    !usesClassValidator(file) &&
    !/where|filter|order|sort|find|search/i.test(node.id?.name ?? '') &&
    node.decorators.some((decorator) => /^(InputType|ArgsType)$/.test(decoratorName(decorator)))
  )
}

/** The first text of such an input stands for all. */
export function* bareInput(node: ClassNode, file: SourceFile): Iterable<Match> {
  const at = fieldsOf(node).find((field) => /:\s*string\b/.test(file.text.slice(field.start, field.end)))
  if (at)
    yield {
      file,
      node: at,
      line: lineOf(at, file),
      message: `Texts of \`${node.id?.name ?? 'the input'}\` may be empty or of any length: GraphQL checks only that they are texts.`,
    }
}

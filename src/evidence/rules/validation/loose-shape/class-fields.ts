import { decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { keyOf, type ClassNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { fieldsOf } from '../../../facts/plain-parameters.ts'

/** Names of numbers that make no sense below zero. */
export const neverNegative =
  /^((unit|sale|custom|total|base|regular|net|gross)_?)?(price|amount|cost)$|^(quantity|qty|stock|discount|rating|stars|fee|salary)$/i

const pageSizes = /^(limit|take|page_?size|per_?page|count|first)$/i
const kinds =
  /^(Is[A-Z]\w*|Validate\w*|Matches|Length|MinLength|MaxLength|Min|Max|Equals|Allow|Array[A-Z]\w*|Contains|\w*(Match|Exist|Unique|Valid)\w*)$/
const presence = /^(IsOptional|IsNotEmpty|IsDefined)$/

/** Fields of a class whose decorators leave out what the field must be, or its limits. */
export function* looseFields(node: ClassNode, file: SourceFile): Iterable<Match> {
  const fields = fieldsOf(node).map((field) => ({
    field,
    name: keyOf(field) ?? '',
    says: decoratorsOf(field).map(decoratorName),
  }))
  for (const { field, name, says } of fields) {
    if (!says.some((item) => /^Is(Number|Int|Decimal|NumberString)$/.test(item))) continue
    const place = { file, node: field, line: lineOf(field.key, file) }
    if (
      neverNegative.test(name) &&
      !says.some((item) => /Min|Positive|Range|In$|Validate|Matches|Max|Length/.test(item))
    )
      yield { ...place, message: `\`${name}\` may be below zero.` }
    else if (pageSizes.test(name) && !says.some((item) => /Max|Range|In$|Validate|Matches/.test(item)))
      yield { ...place, message: `\`${name}\` may be as large as the caller likes.` }
  }
  yield* maybeMissing(node, file)
  const loose = fields.find(
    ({ field, name, says }) =>
      name !== '' &&
      /[:|]\s*(string|number|boolean)\b(?!\[)/.test(file.text.slice(field.key.end, field.end)) &&
      says.some((item) => presence.test(item)) &&
      // GraphQL checks what its fields are.
      !says.includes('Field') &&
      !says.some((item) => kinds.test(item) && !presence.test(item)),
  )
  if (loose)
    yield {
      file,
      node: loose.field,
      line: lineOf(loose.field.key, file),
      message: `\`${loose.name}\` must be there or not; what it must be is not said.`,
    }
}

/** `ValidateNested` looks only at what is there; GraphQL asks for its fields itself. */
function* maybeMissing(node: ClassNode, file: SourceFile): Iterable<Match> {
  for (const field of fieldsOf(node)) {
    const says = decoratorsOf(field).map(decoratorName)
    if (!says.includes('ValidateNested') || field.optional || says.some((item) => demands.test(item))) continue
    yield {
      file,
      node: field,
      line: lineOf(field.key, file),
      message: `\`${keyOf(field) ?? 'The field'}\` may be missing: \`ValidateNested\` looks only at what is there.`,
    }
    return
  }
}

const demands = /^(Field$|Is|Array|Validate(?!Nested$)|Not|Allow|Equals|Contains|Min|Max)/

/** Whether a file takes decorators from class-validator. */
export function usesClassValidator(file: SourceFile): boolean {
  return file.imports.some(({ source }) => source.value === 'class-validator')
}

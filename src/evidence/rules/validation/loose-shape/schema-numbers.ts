import { ancestor, isFunction, keyOf, type Node, type Of } from '../../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { neverNegative } from './class-fields.ts'

/** `price: z.number()` or `Joi.number()` without a limit below; the first of a file stands for all. */
export const inSchemas = atOnce((file: SourceFile): readonly Match[] => {
  return [
    ...firstOf(
      goingBy(propertiesOf(file), neverNegative).filter((property) => isOpenNumber(property, file, bounds)),
      'may be below zero',
      file,
    ),
    ...firstOf(
      goingBy(propertiesOf(file), pageSize).filter((property) => isOpenNumber(property, file, upperEnds)),
      'may be as large as the caller likes',
      file,
    ),
  ]
})

function firstOf([first, ...rest]: readonly Of<'Property'>[], what: string, file: SourceFile): Match[] {
  if (!first) return []
  const also = rest.map((property) => ({ path: file.path, line: lineOf(property, file) }))
  return [{ file, node: first, message: `\`${keyOf(first)}\` ${what}.`, also }]
}

/** `count` may be of anything. */
const pageSize = /^(limit|take|page_?size|per_?page)$/i

const bounds =
  /\.(min|max|positive|nonnegative|gte?|greater|moreThan|refine|custom|test|valid|transform|superRefine|oneOf)\(/
const upperEnds = /\.(max|lte?|less|lessThan|refine|custom|test|valid|transform|superRefine|oneOf|catch|pipe)\(/

function isOpenNumber(property: Of<'Property'>, file: SourceFile, limits: RegExp): boolean {
  if (property.value.type !== 'CallExpression') return false
  const text = file.text.slice(property.value.start, property.value.end)
  if (!/^(z|zod|[jJ]oi|[yY]up)\s*\.\s*(coerce\s*\.\s*)?number\(/.test(text)) return false
  return !limits.test(text) && isOfInput(property, file) && !isOfRow(property) && !isOfAnswer(property)
}

/** `schema: { response: { 200: z.object({ total: z.number() }) } }` */
function isOfAnswer(property: Of<'Property'>): boolean {
  return ancestor(property, (at) => at.type === 'Property' && keyOf(at) === 'response') !== undefined
}

/** What has an id and says when it was made is a row that is answered; nobody is asked for that. */
function isOfRow({ parent }: Of<'Property'>): boolean {
  if (parent?.type !== 'ObjectExpression') return false
  const names = parent.properties.map((item) => (item.type === 'Property' ? (keyOf(item) ?? '') : ''))
  return [/^_?id$/, /^(created|updated)_?at$/i].every((kind) => names.some((name) => kind.test(name)))
}

/** A shape that is sent, stored or read from a setting is no input. */
function isOfInput(node: Node, file: SourceFile): boolean {
  const holder = ancestor(node, (at) => at.type === 'VariableDeclarator' || isFunction(at))
  const name = holder?.type === 'VariableDeclarator' ? file.text.slice(holder.id.start, holder.id.end) : ''
  return !/response|reply|result|output|answer|row|entity|record|model|event|\bdb|config|setting|summary|adjust|correction|ledger|journal/i.test(
    name + file.path,
  )
}

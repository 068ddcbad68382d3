import { ancestor, keyOf, literalText, pathOf, propertyOf, type Node, type Of } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `z.coerce.boolean()` for a setting or a part of the address: every text that is not empty is true, `false` too. */
export function* truthyTexts(file: SourceFile): Iterable<Match> {
  if (!/['"]zod['"/]/.test(file.text)) return
  for (const property of file.properties) {
    if (!isCoerced(property.value) || !isOfTexts(property, file)) continue
    const message = `\`${keyOf(property) ?? 'The value'}\` is true for \`'false'\` and \`'0'\` as well: zod asks only whether the text is empty.`
    yield { file, node: property, message }
  }
}

/** The coercion at the start of a chain, with nothing before it that makes a boolean of the text. */
function isCoerced(node: Node): boolean {
  let at: Node = node
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    const path = pathOf(at.callee)
    if (/^(z|zod)\.coerce\.boolean$/.test(path)) return true
    if (/^(z|zod)\.boolean$/.test(path)) return literalText(propertyOf(at.arguments[0], 'coerce')) === 'true'
    at = at.callee.object
  }
  return false
}

/** Beside numbers that are made of texts all is text. */
function isBesideNumbers({ parent }: Of<'Property'>, { text }: SourceFile): boolean {
  return (
    parent?.type === 'ObjectExpression' &&
    parent.properties.some((item) => /:\s*(z|zod)\s*\.coerce\s*\.number\(/.test(text.slice(item.start, item.end)))
  )
}

/** A shape of settings or of what stands in the address, where all is text. */
function isOfTexts(property: Of<'Property'>, file: SourceFile): boolean {
  const holder = ancestor(property, (at) => at.type === 'VariableDeclarator' || at.type === 'PropertyDefinition')
  const name = holder ? file.text.slice(holder.start, holder.start + 60).split('=')[0] : ''
  const isSetting = /^[A-Z][A-Z\d]*(_[A-Z\d]+)+$/.test(keyOf(property) ?? '')
  return isSetting || /env|query|search_?params/i.test(`${name}`) || isBesideNumbers(property, file)
}

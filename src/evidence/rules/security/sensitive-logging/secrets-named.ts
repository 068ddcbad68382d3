import { errorNames } from '../../../facts/promises.ts'
import { literalText, pathOf, unwrap, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { takenOut } from './secrets-in-values.ts'

/** The text before a value: `Decrypted password: `. */
const label = /\b(passwords?|passwd|secret|one-time code|otp|cvv)\s*(is)?\s*[:=]\s*["'`]?$/i
const aboutErrors = /\b(err(or)?|fail\w*|unable|could not|cannot|invalid|incorrect|wrong|missing)\b/i
/** Names of what is said of a secret, rather than the secret. */
const plainFacts = /^(is|has|was|should)[A-Z]|valid|match|result|status|length|count|email|id$|name$|message$/i

/** A value that the text before it calls a password: in the same text, or in the argument before. */
export function secretNamed(node: Node, before: Node | undefined, file: SourceFile): string | undefined {
  const parts = [...(before ? partsOf(before) : []), ...partsOf(node)]
  const place = parts.findIndex((part, index) => {
    const text = textOfPart(parts[index - 1])
    const name = pathOf(part).split('.').at(-1) ?? ''
    return (
      /^(Identifier|MemberExpression)$/.test(part.type) &&
      text !== undefined &&
      label.test(text) &&
      !aboutErrors.test(text) &&
      !errorNames.test(name) &&
      !plainFacts.test(name) &&
      !takenOut.test(pathOf(part))
    )
  })
  const part = parts[place]
  return part && `\`${file.text.slice(part.start, part.end)}\`, which the text calls secret,`
}

function textOfPart(part: Node | undefined): string | undefined {
  return part?.type === 'TemplateElement' ? (part.value.cooked ?? '') : literalText(part)
}

/** The constant and other parts of a text, in order. */
function partsOf(node: Node): Node[] {
  const inner = unwrap(node)
  if (inner.type === 'BinaryExpression' && inner.operator === '+')
    return [...partsOf(inner.left), ...partsOf(inner.right)]
  if (inner.type !== 'TemplateLiteral') return [inner]
  return inner.quasis.flatMap((quasi, index) => [
    quasi,
    ...(inner.expressions[index] ? [unwrap(inner.expressions[index])] : []),
  ])
}

import { keyOf, pathOf, unwrap, type Node } from '../../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../../parse/by-name.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `'Content-Length': body.length` of JSON text: characters are counted where bytes are asked for. */
export function* textLength(file: SourceFile): Iterable<Match> {
  for (const property of goingBy(propertiesOf(file), /^content-length$/i)) {
    const { value } = property
    if (value.type === 'MemberExpression' && keyOf(value) === 'length' && isJson(value.object, file))
      yield {
        file,
        node: property,
        message:
          'This counts characters, and the header bytes: a body with an umlaut is cut off. Use `Buffer.byteLength`.',
      }
  }
}

function isJson(node: Node, file: SourceFile): boolean {
  const inner = unwrap(node)
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const made = binding ? (binding.init ?? binding.writes[0]) : inner
  return made?.type === 'CallExpression' && pathOf(made.callee) === 'JSON.stringify'
}

import type { Codebase } from '../../../codebase.ts'
import { knownText } from '../../../facts/known-text.ts'
import type { Node } from '../../../parse/ast.ts'
import { lookUp, type Binding } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Initialisation vectors, and salts of passwords, that are the same each time. */
export function* constantStarts(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^crypto(-browserify)?\.createCipheriv$/)) {
    const [algorithm, , start] = call.arguments
    // Block by block there is none to choose.
    if (!start || (algorithm && /-ecb$/i.test(knownText(algorithm, file, codebase)?.text ?? ''))) continue
    if (isFilled(start, file, codebase)) continue
    yield* constant(start, file, codebase, 'The initialisation vector is constant.')
  }
  for (const { call, file } of codebase.index.named(/^crypto\.(scrypt|pbkdf2)(Sync)?$/)) {
    const [given, salt] = call.arguments
    // What is written down is a key, not the password of anybody.
    if (given && salt && /passw|pwd/i.test(textOf(given, file)) && !knownText(given, file, codebase))
      yield* constant(salt, file, codebase, 'Every password is hashed with the same salt.')
  }
}

/** A value that is written down, where it stands in this file, else where it is used. */
function* constant(node: Node, file: SourceFile, codebase: Codebase, message: string): Iterable<Match> {
  const known = knownText(node, file, codebase)
  if (known?.text) yield { file, node: known.file === file ? known.node : node, severity: 'medium', message }
}

/** `randomFillSync(iv)` writes over what the name was given. */
function isFilled(start: Node, file: SourceFile, codebase: Codebase): boolean {
  const binding = start.type === 'Identifier' ? lookUp(file.scopes, start, start.name) : undefined
  return (
    binding !== undefined &&
    codebase.index.named(/(^|\.)(randomFill(Sync)?|getRandomValues)$/).some(
      ({
        call: {
          arguments: [filled],
        },
      }) => filled && isNameOf(filled, binding, file),
    )
  )
}

function isNameOf(node: Node, binding: Binding, file: SourceFile): boolean {
  return node.type === 'Identifier' && lookUp(file.scopes, node, node.name) === binding
}

import type { Codebase } from '../../../codebase.ts'
import { passwordField } from '../../../facts/entities.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { keyOf, literalText, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { isPassword, listed, nameOf, rowsWithSecrets } from './whole-rows.ts'
import { inToken } from './words.ts'

const signing =
  /^jsonwebtoken\.sign$|^jwt-simple\.encode$|^jose\.(SignJWT|JWT\.sign)$|^@nestjs\/jwt\.JwtService\(\)\.sign(Async)?$/

/** Tokens that carry passwords, by name or in whole rows of people: they are signed, not sealed. */
export function* passwordsInTokens(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(signing)) {
    const [payload] = call.arguments
    const held = payload && passwordIn(payload, file, codebase)
    if (held !== undefined)
      yield { file, node: call, words: inToken, message: `The token holds ${held}: whoever has the token reads it.` }
  }
}

function passwordIn(payload: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const written = objectOf(payload, file, codebase.meanings)?.node
  const fields = written?.type === 'ObjectExpression' ? written.properties : []
  const field = fields.find((item) => item.type === 'Property' && holdsPassword(keyOf(item) ?? '', item.value))
  if (field) return `\`${keyOf(field)}\``
  const row = rowsWithSecrets(payload, file, codebase).find(({ secrets }) => secrets.some(isPassword))
  return row && `a whole row of \`${nameOf(row.row)}\`, ${listed(row.secrets)} with it`
}

/** A `hash` may be that of a file; `password: true` says that there is one. */
function holdsPassword(name: string, value: Node): boolean {
  return passwordField.test(name) && !/^hash$/i.test(name) && !/^(true|false|null)$/.test(literalText(value) ?? '')
}

import type { Codebase } from '../../../codebase.ts'
import type { Match } from '../../rule.ts'
import { isPassword, listed, nameOf, rowsWithSecrets } from './whole-rows.ts'

const signing =
  /^jsonwebtoken\.sign$|^jwt-simple\.encode$|^jose\.(SignJWT|JWT\.sign)$|^@nestjs\/jwt\.JwtService\(\)\.sign(Async)?$/

/** Tokens that carry whole rows of people: they are signed, not sealed. */
export function* rowsInTokens(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(signing)) {
    const [payload] = call.arguments
    const held = payload ? rowsWithSecrets(payload, file, codebase) : []
    const found = held.find(({ secrets }) => secrets.some(isPassword))
    if (!found) continue
    const message = `The token holds a whole row of \`${nameOf(found.row)}\`, ${listed(found.secrets)} with it: whoever has the token reads it.`
    yield { file, node: call, message }
  }
}

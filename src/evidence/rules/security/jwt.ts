import type { Rule } from '../rule.ts'
import { acceptedAnyhow } from './jwt/accepted-anyhow.ts'
import { decodedOnly } from './jwt/decoded-only.ts'
import { endlessTokens } from './jwt/endless-tokens.ts'
import { readByHand } from './jwt/read-by-hand.ts'

export const jwt: Rule = {
  id: 'jwt',
  category: 'jwt',
  severity: 'high',
  confidence: 'high',
  title: 'A token is trusted without being verified',
  why: '`decode` reads a token without checking its signature; `none` and `ignoreExpiration` switch the check off. Anyone can write such a token.',
  effects: { safety: 'The caller can be anyone it claims to be.' },
  fix: {
    say: 'Verify with the algorithm you sign with.',
    code: { any: "const claims = jwt.verify(token, key, { algorithms: ['HS256'], issuer: 'api' })" },
  },
  sources: [
    'https://datatracker.ietf.org/doc/html/rfc8725',
    'https://github.com/auth0/node-jsonwebtoken#jwtdecodetoken--options',
  ],
  *find(codebase) {
    yield* decodedOnly(codebase)
    yield* readByHand(codebase)
    yield* acceptedAnyhow(codebase)
    yield* endlessTokens(codebase)
  },
}

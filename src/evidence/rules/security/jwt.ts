import { inWords } from '../matches.ts'
import type { Rule, Words } from '../rule.ts'
import { acceptedAnyhow } from './jwt/accepted-anyhow.ts'
import { besideSign } from './jwt/beside-sign.ts'
import { decodedOnly } from './jwt/decoded-only.ts'
import { endlessTokens } from './jwt/endless-tokens.ts'
import { readByHand } from './jwt/read-by-hand.ts'

export const jwt: Rule = {
  id: 'jwt',
  category: 'jwt',
  severity: 'high',
  confidence: 'high',
  title: 'A token is trusted without being verified',
  why: '`decode` reads a token without checking its signature, and `none` asks for none. Anyone can write such a token.',
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
    yield* besideSign(codebase)
    yield* inWords(endless, endlessTokens(codebase))
  },
}

const endless: Words = {
  title: 'A token is good for ever',
  why: 'A token cannot be taken back: whoever finds one in a log or a backup is signed in with it for as long as it is good.',
  effects: { safety: 'A stolen token works until the key is changed for everyone.' },
  fix: {
    say: 'Let it end soon, and renew it.',
    code: { any: "jwt.sign({ sub: user.id }, key, { expiresIn: '15m' })" },
  },
}

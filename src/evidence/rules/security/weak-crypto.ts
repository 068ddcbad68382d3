import { bySentence, inWords } from '../matches.ts'
import type { Rule } from '../rule.ts'
import { constantStarts } from './weak-crypto/constant-starts.ts'
import { fewRounds } from './weak-crypto/few-rounds.ts'
import { oldProtocols } from './weak-crypto/old-protocols.ts'
import { timedComparisons } from './weak-crypto/timed-comparisons.ts'
import { unprovenTexts } from './weak-crypto/unproven-texts.ts'
import { weakArgon2 } from './weak-crypto/weak-argon2.ts'
import { weakCalls } from './weak-crypto/weak-calls.ts'
import { protocols, timed, unproven } from './weak-crypto/words.ts'

export const weakCrypto: Rule = {
  id: 'weak-crypto',
  category: 'weak-crypto',
  severity: 'high',
  confidence: 'high',
  title: 'Broken or too cheap cryptography',
  why: 'MD5 and SHA-1 are fast and have collisions; password hashes must be slow and salted, and ciphers need a mode that also proves integrity.',
  effects: { safety: 'Hashes and ciphertexts can be reversed or forged.' },
  fix: {
    say: 'Hash passwords with scrypt, argon2 or bcrypt (cost 10 or more); use random bytes for tokens and AES-GCM for encryption.',
    code: {
      any: "import { randomBytes } from 'node:crypto'\nconst token = randomBytes(32).toString('base64url')",
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html',
    'https://nodejs.org/api/crypto.html',
  ],
  *find(codebase) {
    yield* weakCalls(codebase)
    yield* bySentence(fewRounds(codebase))
    yield* constantStarts(codebase)
    yield* inWords(unproven, unprovenTexts(codebase))
    yield* inWords(protocols, oldProtocols(codebase))
    yield* weakArgon2(codebase)
    yield* inWords(timed, timedComparisons(codebase))
  },
}

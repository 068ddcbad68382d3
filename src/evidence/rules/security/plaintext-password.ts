import type { Rule } from '../rule.ts'
import { comparisons, inFilters } from './plaintext-password/comparisons.ts'
import { hashesPasswords } from './plaintext-password/hashing.ts'
import { inSql } from './plaintext-password/in-sql.ts'
import { personalNumbers } from './plaintext-password/personal-numbers.ts'
import { keptTokens } from './plaintext-password/kept-tokens.ts'
import { stored } from './plaintext-password/stored.ts'

export const plaintextPassword: Rule = {
  id: 'plaintext-password',
  category: 'plaintext-password',
  severity: 'high',
  confidence: 'high',
  title: 'Passwords or personal numbers are stored as they are',
  why: 'Whoever sees the database or a backup has them all; people use the same password elsewhere.',
  effects: { safety: 'One leak of the database is a leak of every account.' },
  fix: {
    say: 'Store a slow, salted hash and compare with its own function.',
    code: {
      any: 'const passwordHash = await argon2.hash(password)\nif (!(await argon2.verify(user.passwordHash, password))) return res.status(401).end()',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html'],
  *find(codebase) {
    const hashes = hashesPasswords(codebase)
    yield* comparisons(codebase)
    yield* inFilters(codebase)
    yield* inSql(codebase, hashes)
    if (!hashes) yield* stored(codebase)
    yield* personalNumbers(codebase)
    yield* keptTokens(codebase)
  },
}

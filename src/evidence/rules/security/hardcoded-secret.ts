import { bySentence } from '../places.ts'
import type { Rule } from '../rule.ts'
import { inTextOf } from './hardcoded-secret/in-settings.ts'
import { weighedByUse } from './hardcoded-secret/in-use.ts'
import { isTestLike, secretsIn } from './hardcoded-secret/in-source.ts'
import { koaKeys, sessionKeys, signingKeys } from './hardcoded-secret/keys.ts'
import { accountPasswords, databasePasswords } from './hardcoded-secret/passwords.ts'
import { writtenLogins } from './hardcoded-secret/written-logins.ts'

export const hardcodedSecret: Rule = {
  id: 'hardcoded-secret',
  category: 'hardcoded-secret',
  severity: 'high',
  confidence: 'high',
  title: 'A secret stands in the repository',
  why: 'Everyone who can read the code, now or later, has it, and it cannot be changed without a release.',
  effects: {
    safety: 'Sessions, tokens or data can be forged or read by anyone with the source.',
    maintenance: 'Changing it takes a deploy.',
  },
  fix: {
    say: 'Read it from the environment, refuse to start without it, and replace the one that was published.',
    code: { any: 'const env = z.object({ SESSION_SECRET: z.string().min(32) }).parse(process.env)' },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  *find(codebase) {
    for (const file of codebase.sources.values()) {
      if (!/^(production|migration|script)$/.test(file.kind) || isTestLike(file)) continue
      // Accounts to try things out with are one thing, however many there are.
      yield* file.kind === 'migration' ? bySentence(secretsIn(file)) : secretsIn(file)
      yield* koaKeys(file, codebase)
    }
    yield* signingKeys(codebase)
    yield* databasePasswords(codebase)
    yield* accountPasswords(codebase)
    yield* sessionKeys(codebase)
    yield* writtenLogins(codebase)
    for (const file of codebase.files.values()) yield* weighedByUse(file.path, inTextOf(file), codebase)
  },
}

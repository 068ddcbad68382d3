import { bySentence, inOne, inWords } from '../matches.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { isUnusedDummy } from './hardcoded-secret/dummies.ts'
import { guessableKeys } from './hardcoded-secret/guessable-keys.ts'
import { inTextOf } from './hardcoded-secret/in-settings.ts'
import { weighedByUse } from './hardcoded-secret/in-use.ts'
import { isTestLike, secretsIn } from './hardcoded-secret/in-source.ts'
import { koaKeys, sessionKeys, signingKeys } from './hardcoded-secret/keys.ts'
import { accountPasswords, databasePasswords } from './hardcoded-secret/passwords.ts'
import { hashed } from './hardcoded-secret/words.ts'
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
      if (isUnusedDummy(file, codebase)) yield* inOne(secretsIn(file).map(asLow))
      else if (file.kind === 'migration') yield* bySentence(secretsIn(file))
      else {
        const [hashes, others] = partition(secretsIn(file), ({ words }) => words === hashed)
        yield* others
        yield* inOne(hashes)
      }
      yield* koaKeys(file, codebase)
    }
    yield* signingKeys(codebase)
    yield* guessableKeys(codebase)
    yield* databasePasswords(codebase)
    yield* inWords(knownAccount, accountPasswords(codebase))
    yield* sessionKeys(codebase)
    for (const ofFile of Map.groupBy(writtenLogins(codebase), ({ file }) => file).values())
      yield* inWords(knownAccount, bySentence(ofFile))
    for (const file of codebase.files.values()) yield* weighedByUse(file.path, inTextOf(file), codebase)
  },
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}

function asLow(match: Match): Match {
  return match.severity === 'critical' ? match : { ...match, severity: 'low' }
}

const knownAccount: Words = {
  title: 'The password of an account stands in the repository',
  effects: { safety: 'Anyone with the source can sign in, and seldom does someone change it.' },
  fix: {
    say: 'Take the first password from the environment, or make one and ask for another at the first login.',
    code: { any: "const password = process.env.ADMIN_PASSWORD ?? randomBytes(18).toString('base64url')" },
  },
}

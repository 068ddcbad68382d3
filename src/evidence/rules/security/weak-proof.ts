import { bySentence, inWords } from '../matches.ts'
import type { Rule } from '../rule.ts'
import * as words from './weak-proof/words.ts'
import { endlessCodes } from './weak-proof/endless-codes.ts'
import { endlessSessions } from './weak-proof/endless-sessions.ts'
import { linksFromHost } from './weak-proof/links-from-host.ts'
import { refreshAsAccess } from './weak-proof/refresh-as-access.ts'
import { tokensForOthers } from './weak-proof/tokens-for-others.ts'
import { unaskedPassword } from './weak-proof/unasked-password.ts'
import { unverifiedAddresses } from './weak-proof/unverified-addresses.ts'
import { unusedVerification } from './weak-proof/unused-verification.ts'

export const weakProof: Rule = {
  id: 'weak-proof',
  category: 'broken-auth',
  severity: 'high',
  confidence: 'high',
  title: 'A proof of identity is worth less than it seems',
  why: 'What proves who somebody is must reach only that person, be meant for this service and for this purpose, be asked for before the door opens, and end.',
  effects: { safety: 'A proof that was got elsewhere, or never given, opens an account.' },
  fix: {
    say: 'Build links from a setting, name the audience, sign each kind of token with its own key or claim, and refuse accounts that were not confirmed.',
    code: {
      Express:
        "const link = new URL(`/reset/${token}`, process.env.PUBLIC_URL)\nconst ticket = await google.verifyIdToken({ idToken, audience: process.env.GOOGLE_CLIENT_ID })\nif (!user.isVerified) return res.status(403).json({ error: 'confirm your address first' })",
      any: "const refresh = jwt.sign({ sub: user.id, use: 'refresh' }, process.env.REFRESH_KEY, { expiresIn: '7d' })",
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html',
    'https://developers.google.com/identity/gsi/web/guides/verify-google-id-token',
    'https://datatracker.ietf.org/doc/html/rfc8725#section-3.11',
  ],
  limits:
    'Links with a token in code; Google’s client; tokens that are signed in one file; fields named for a confirmation or a code; routes named for signing in, renewing and signing out.',
  *find(codebase) {
    yield* inWords(words.fromHost, linksFromHost(codebase))
    yield* inWords(words.forOthers, tokensForOthers(codebase))
    yield* inWords(words.twoUses, refreshAsAccess(codebase))
    yield* inWords(words.unconfirmed, unusedVerification(codebase))
    yield* inWords(words.unconfirmed, unverifiedAddresses(codebase))
    yield* unaskedPassword(codebase)
    yield* inWords(words.endless, endlessCodes(codebase))
    yield* inWords(words.stillGood, bySentence(endlessSessions(codebase)))
  },
}

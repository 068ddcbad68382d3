import type { Codebase } from '../../codebase.ts'
import { knownText } from '../../facts/known-text.ts'
import { ancestor, literalText } from '../../parse/ast.ts'
import { bySentence, purposeOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { constantStarts } from './weak-crypto/constant-starts.ts'
import { oldProtocols } from './weak-crypto/old-protocols.ts'
import { timedComparisons } from './weak-crypto/timed-comparisons.ts'
import { unprovenTexts } from './weak-crypto/unproven-texts.ts'
import { weakArgon2 } from './weak-crypto/weak-argon2.ts'

const password = /passw|pwd|secret|credential|\btoken|_token|Token\b|reset/i

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
      any: "import { randomBytes, scrypt } from 'node:crypto'\nconst token = randomBytes(32).toString('base64url')",
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html',
    'https://nodejs.org/api/crypto.html',
  ],
  *find(codebase) {
    for (const { call, file, name } of codebase.index.named(
      /^(crypto(-js|-browserify)?\.(createHash|createHmac|createCipher|createDecipher|createCipheriv|createDecipheriv|MD5|SHA1|pbkdf2|pbkdf2Sync)|crypto-js\.(DES|TripleDES|RC4|RC4Drop|Rabbit)\.encrypt|(blueimp-)?md5|md5-js|sha1|js-md5|bcrypt(js)?\.(hash|hashSync|genSalt|genSaltSync)|password-hash\.generate|des\.js.*)$/,
    )) {
      const statement =
        ancestor(call, (node) =>
          /Statement$|Declaration$|^Property(Definition)?$|^MethodDefinition$/.test(node.type),
        ) ?? call
      const around = `${textOf(statement, file, 240)} ${purposeOf(codebase, call).split(' ').slice(0, 2).join(' ')}`
      const [first, second] = call.arguments.slice(0, 2).map((item) => knownText(item, file, codebase))
      const found = judge({
        name,
        first: first?.text,
        around,
        second: second?.text,
        isSalted: /\bupdate\([^;\n]*salt/i.test(file.text.slice(call.start, call.end + 300)),
      })
      // What a protocol prescribes, and asking a list of leaked passwords.
      if (/ntlm|wsse/i.test(file.path + around) || /pwned|hibp/i.test(around + file.path)) continue
      // A digest that a slow hash then takes in.
      if (found && goesIntoSlowHash(purposeOf(codebase, call).split(' ')[0] ?? '', file.text)) continue
      if (
        found &&
        /^sha(256|384|512)$/i.test(literalText(call.arguments[0]) ?? '') &&
        (/\b(bcrypt\w*|argon2|scrypt|pbkdf2|rounds)\b/i.test(file.text) || /['"]hash['"]|rounds/.test(around))
      )
        continue
      const cost = name.startsWith('bcrypt') ? (second ?? first) : undefined
      if (found) yield { file, node: cost?.file === file ? cost.node : call, ...found }
    }
    yield* bySentence(fewRounds(codebase))
    yield* constantStarts(codebase)
    yield* unprovenTexts(codebase)
    yield* oldProtocols(codebase)
    yield* weakArgon2(codebase)
    yield* timedComparisons(codebase)
  },
}

/** `compare(digest(password), stored)`. */
function goesIntoSlowHash(maker: string, text: string): boolean {
  return (
    /^\w+$/.test(maker) &&
    /['"](bcrypt\w*|argon2|@node-rs\/\w+)['"]/.test(text) &&
    new RegExp(`\\b(compare|hash|verify)(Sync)?\\(\\s*(await )?${maker}\\(`).test(text)
  )
}

/** Hashing and comparing share their number of rounds. */
function* fewRounds(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^crypto\.pbkdf2(Sync)?$/)) {
    const [, , given] = call.arguments
    const rounds = Number(given && knownText(given, file, codebase)?.text)
    if (rounds > 0 && rounds < 100_000)
      yield {
        file,
        node: call,
        severity: 'medium',
        message: `${rounds} rounds of PBKDF2 are tried through fast; 210,000 with SHA-512 are asked for today.`,
      }
  }
}

type Use = {
  name: string
  first: string | undefined
  second: string | undefined
  around: string
  /** Something called salt goes in near by. */
  isSalted: boolean
}

function judge({
  name,
  first,
  second,
  around,
  isSalted,
}: Use): Pick<Match, 'message' | 'severity' | 'confidence'> | undefined {
  const hash = name.endsWith('createHash')
    ? (first ?? '').toLowerCase()
    : (/md5|MD5/.exec(name)?.[0].toLowerCase() ?? /sha1|SHA1/.exec(name)?.[0].toLowerCase())
  if (hash && /^(md5|sha1|md4|ripemd160)$/.test(hash)) {
    if (
      /cache_?key|hash_?key|etag_?\w*\s*=/i.test(around) ||
      (/etag|cache|checksum|fingerprint|gravatar|avatar|colou?r|integrity|dedup|file/i.test(around) &&
        !/passw|token|secret/i.test(around))
    )
      return undefined
    if (/confirm\w*_?code/i.test(around) && !/passw/i.test(around))
      return {
        message: `${hash.toUpperCase()} makes a code that is hard to guess only while its input is.`,
        severity: 'low',
      }
    // Telling one set of settings from another.
    if (/update\(\s*JSON\.stringify\(/.test(around) && !/passw/i.test(around)) return undefined
    if (/createHmac\b/.test(around) && /signature|webhook/i.test(around)) return undefined
    if (password.test(around))
      return {
        message: `${hash.toUpperCase()} is used for a password or token.`,
        // A token may follow what another service prescribes.
        ...(/passw|pwd/i.test(around) ? {} : { severity: 'medium' }),
      }
    // Telling contents apart needs no safe hash.
    return { message: `${hash.toUpperCase()} is no longer a safe hash.`, severity: 'info', confidence: 'medium' }
  }
  if (
    name.endsWith('createHash') &&
    /^sha(256|512|224|384)$/.test(hash ?? '') &&
    /passw|pwd/i.test(around) &&
    !/token|hmac|key|(encrypted|hashed)_?pass|pass\w*_?hash/i.test(around)
  ) {
    return isSalted
      ? { message: 'A password is hashed with a fast hash.', severity: 'medium', confidence: 'medium' }
      : { message: 'A password is hashed with a fast hash and no salt.', severity: 'high', confidence: 'medium' }
  }
  if (/createCipher$|createDecipher$/.test(name))
    return {
      message: '`createCipher` derives its key with one round of MD5 and no salt; it was removed in Node.js 22.',
    }
  if (name.endsWith('iv') && /^(des|rc4|rc2|bf)|-ecb$/i.test(first ?? ''))
    return { message: `The cipher ${first} is broken.` }
  const cipher = /^crypto-js\.(\w+)\.encrypt$/.exec(name)?.[1]
  if (cipher !== undefined) return { message: `The cipher ${cipher} is broken.` }
  if (/bcrypt/.test(name)) {
    const cost = Number(/genSalt/.test(name) ? (first ?? 10) : /^\d+$/.test(second ?? '') ? second : 10)
    if (cost < 10) return { message: `bcrypt cost ${cost} is below 10.`, severity: 'low', confidence: 'high' }
  }
  return undefined
}

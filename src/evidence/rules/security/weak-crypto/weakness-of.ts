import type { Match } from '../../rule.ts'
import { brokenCipherWords, cheapHash } from './words.ts'

/** A call of a function of cryptography, and what stands around it. */
export type CryptoUse = {
  name: string
  /** The first two arguments, as far as they are known. */
  first: string | undefined
  second: string | undefined
  around: string
  /** Something called salt goes in near by. */
  isSalted: boolean
}

type Weakness = Pick<Match, 'message' | 'severity' | 'confidence' | 'words'>

/** What is weak in a call, for what it is used for; undefined where nothing is. */
export function weaknessOf(use: CryptoUse): Weakness | undefined {
  const hash = hashOf(use)
  if (/^(md5|sha1|md4|ripemd160)$/.test(hash)) return oldHash(hash.toUpperCase(), use)
  if (/^sha(256|512|224|384)$/.test(hash)) return fastHash(use)
  if (use.name.includes('bcrypt')) return cheapBcrypt(use)
  return brokenCipher(use)
}

function hashOf({ name, first }: CryptoUse): string {
  return (name.endsWith('createHash') ? (first ?? '') : (/md5|sha1/i.exec(name)?.[0] ?? '')).toLowerCase()
}

const password = /passw|pwd|secret|credential|\btoken|_token|Token\b|reset/i

function oldHash(name: string, { around }: CryptoUse): Weakness | undefined {
  if (tellsApart(around)) return undefined
  if (/confirm\w*_?code/i.test(around) && !/passw/i.test(around))
    return { message: `${name} makes a code that is hard to guess only while its input is.`, severity: 'low' }
  if (!password.test(around))
    return { message: `${name} is no longer a safe hash.`, severity: 'info', confidence: 'medium' }
  const message = `${name} is used for a password or token.`
  // A token may follow what another service prescribes.
  return /passw|pwd/i.test(around) ? { message, words: cheapHash } : { message, severity: 'medium' }
}

/** Keys of caches and names of files need no safe hash, nor do settings that are told one from another. */
function tellsApart(around: string): boolean {
  return (
    /cache_?key|hash_?key|etag_?\w*\s*=|\b(sync|page|cursor|next|continuation|change)_?token\b/i.test(around) ||
    (/etag|cache|checksum|fingerprint|gravatar|avatar|colou?r|integrity|dedup|file/i.test(around) &&
      !/passw|token|secret/i.test(around)) ||
    (/update\(\s*JSON\.stringify\(/.test(around) && !/passw/i.test(around)) ||
    (/createHmac\b/.test(around) && /signature|webhook/i.test(around))
  )
}

function fastHash({ around, isSalted }: CryptoUse): Weakness | undefined {
  if (!/passw|pwd/i.test(around) || /token|hmac|key|(encrypted|hashed)_?pass|pass\w*_?hash/i.test(around))
    return undefined
  return isSalted
    ? { message: 'A password is hashed with a fast hash.', words: cheapHash, severity: 'medium', confidence: 'medium' }
    : {
        message: 'A password is hashed with a fast hash and no salt.',
        words: cheapHash,
        severity: 'high',
        confidence: 'medium',
      }
}

function cheapBcrypt({ name, first, second = '' }: CryptoUse): Weakness | undefined {
  const given = name.includes('genSalt') ? (first ?? 10) : /^\d+$/.test(second) ? second : 10
  const cost = Number(given)
  return cost < 10
    ? { message: `bcrypt cost ${cost} is below 10.`, words: cheapHash, severity: 'low', confidence: 'high' }
    : undefined
}

function brokenCipher({ name, first = '' }: CryptoUse): Weakness | undefined {
  if (/createCipher$|createDecipher$/.test(name))
    return {
      // What was written so long ago has to be read somehow.
      ...(name.endsWith('Decipher') ? { severity: 'low' as const } : {}),
      words: brokenCipherWords,
      message: '`createCipher` derives its key with one round of MD5 and no salt; it was removed in Node.js 22.',
    }
  const broken = name.endsWith('iv') ? /^((des|rc4|rc2|bf).*|.*-ecb)$/is.exec(first)?.[0] : written.exec(name)?.[1]
  return broken === undefined ? undefined : { message: `The cipher ${broken} is broken.`, words: brokenCipherWords }
}

const written = /^crypto-js\.(\w+)\.encrypt$/

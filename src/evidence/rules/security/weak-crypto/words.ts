import type { Words } from '../../rule.ts'

/** Signatures and hashes that are compared character by character. */
export const timed: Words = {
  title: 'A comparison tells how much of a secret was right',
  why: '`===` ends at the first character that differs; measured often enough, the time gives the secret away.',
  effects: { safety: 'A signature can be found out piece by piece.' },
  fix: {
    say: 'Compare in a time that does not depend on the content.',
    code: {
      any: 'const [sent, right] = [Buffer.from(given), Buffer.from(made)]\nconst isRight = sent.length === right.length && timingSafeEqual(sent, right)',
    },
  },
}

/** Ciphertext whose tag is never checked. */
export const unproven: Words = {
  title: 'A changed text is taken for the one that was sealed',
  why: 'Only `final` checks the tag of such a cipher; what `update` gives may be anything.',
  effects: { safety: 'Whoever can write the ciphertext changes what is read.' },
  fix: {
    say: 'Set the tag, and use the text only after `final`.',
    code: { any: 'decipher.setAuthTag(tag)\nconst text = Buffer.concat([decipher.update(sealed), decipher.final()])' },
  },
}

/** Versions of TLS that were given up. */
export const protocols: Words = {
  title: 'A connection may use a version of TLS that was given up',
  why: 'TLS 1.0 and 1.1 have known weaknesses, and no browser of today needs them.',
  effects: { safety: 'Someone on the way may read what is sent.' },
  fix: {
    say: 'Ask for TLS 1.2 or later.',
    code: { any: "https.createServer({ key, cert, minVersion: 'TLSv1.2' }, app)" },
  },
}

/** Hashes of passwords that are tried through fast. */
export const cheapHash: Words = {
  title: 'Passwords are hashed too cheaply',
  why: 'A graphics card tries billions of fast hashes a second; without a salt one table opens all accounts at once.',
  effects: { safety: 'Whoever gets the table has most of the passwords in a day.' },
  fix: {
    say: 'Use a hash that is made to be slow, and make the stored ones anew when people sign in.',
    code: {
      any: 'const passwordHash = await bcrypt.hash(password, 12)\nconst isRight = await bcrypt.compare(password, user.passwordHash)',
    },
  },
}

/** Ciphers that hide little, and prove nothing. */
export const brokenCipherWords: Words = {
  title: 'A broken cipher is used',
  why: 'What it seals can be read or changed by others: the cipher is broken, shows patterns, or derives its key too cheaply.',
  effects: { safety: 'Sealed values can be read or forged.' },
  fix: {
    say: 'Use AES-256-GCM with a key of 32 random bytes and a new nonce for each text; what is stored already has to be sealed anew.',
    code: {
      any: "import { createCipheriv, randomBytes } from 'node:crypto'\n\nconst nonce = randomBytes(12)\nconst cipher = createCipheriv('aes-256-gcm', Buffer.from(process.env.SEAL_KEY, 'base64'), nonce)\nconst sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])",
    },
  },
}

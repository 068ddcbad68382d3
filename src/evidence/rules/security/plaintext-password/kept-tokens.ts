import type { Codebase } from '../../../codebase.ts'
import { once, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

type Kind = {
  /** Names of fields, whatever the model is called. */
  field: RegExp
  /** Models of nothing but such tokens, which call them `token`. */
  model: RegExp
  severity: 'medium' | 'low'
  says: string
  words: Words
  /** Where it is seen to be hashed or sealed, nothing is said. */
  isSealed: (file: SourceFile) => boolean
}

/** Somewhere a token is hashed before it is kept or looked up. */
const hashesTokens = once(
  (file: SourceFile) =>
    /hash|sha256/i.test(file.text) &&
    /token\w*[\s\S]{0,200}(createHash|sha256|\bhash\w*\(\s*\w*token)|(createHash|sha256)[\s\S]{0,120}token|\bhashed_?\w*(token|code|otp)/i.test(
      file.text,
    ),
)

const hashesRefreshTokens = once(
  ({ text }: SourceFile) =>
    /refresh/i.test(text) &&
    /hash\w*\W[^;]{0,80}refresh|refresh[^;]{0,80}(hash|sha256|bcrypt|argon|digest|encrypt)/i.test(text),
)

const asHash: Words = {
  title: 'A token that opens an account is stored as it is',
  why: 'Whoever sees the table or a backup has what the owner was sent, and can use it while it lasts.',
  effects: { safety: 'One leak of the database opens accounts without a password.' },
  fix: {
    say: 'Store its SHA-256 hash, and look it up by the hash of what comes back.',
    code: {
      any: "const token = randomBytes(32).toString('base64url') // for the owner alone\nuser.resetTokenHash = createHash('sha256').update(token).digest('hex')",
    },
  },
}

const sealed: Words = {
  title: 'The secret of a second factor is stored as it is',
  why: 'Whoever sees the table or a backup makes the codes of everyone.',
  effects: { safety: 'One leak of the database takes the second factor away.' },
  fix: {
    say: 'Encrypt it with a key that is kept outside of the database.',
    code: { any: "const seal = createCipheriv('aes-256-gcm', process.env.FACTOR_KEY, randomBytes(12))" },
  },
}

const kinds: readonly Kind[] = [
  {
    field: /^(reset_?(password_?)?(token|code)|password_?reset_?(token|code)|forgot_?(password_?)?(token|code))$/i,
    model: /(reset|forgot)_?-?pass|pass(word)?_?-?reset/i,
    severity: 'medium',
    says: 'who reads the table can set any password',
    words: asHash,
    isSealed: hashesTokens,
  },
  {
    field: /^(current_?)?refresh_?tokens?$/i,
    model: /refresh_?-?token/i,
    severity: 'low',
    says: 'who reads the table is signed in as anyone until it ends',
    words: asHash,
    isSealed: hashesRefreshTokens,
  },
  {
    field:
      /^((mfa|totp|otp|two_?factor|second_?factor|tfa|_?2fa)(_?auth(entication)?)?_?secret|google_?auth(enticator)?_?secret)$/i,
    model: /^$/,
    severity: 'low',
    says: 'who reads the table can make every code',
    words: sealed,
    isSealed: says(/createCipher|encrypt/i),
  },
  {
    field: /^(mfa_?|totp_?|two_?factor_?)?(backup|recovery)_?codes?$/i,
    model: /^$/,
    severity: 'low',
    says: 'who reads the table passes the second factor',
    words: asHash,
    isSealed: says(/hash\w*\([^)\n]{0,60}code|code\w*[^;\n]{0,80}hash|createCipher|encrypt/i),
  },
]

/** `secret` beside `is_2fa_enabled` is what makes the codes. */
const secondFactor = /2fa|two_?factor|mfa|totp/i

/** Tokens that open an account, kept as they are; one finding for each kind, whatever models keep one. */
export function* keptTokens(codebase: Codebase): Iterable<Match> {
  for (const kind of kinds) {
    if (!codebase.production.some(kind.isSealed)) yield* inOne([...fieldsOf(kind, codebase)])
  }
}

function* fieldsOf({ field: named, model, severity, says, words }: Kind, codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    // What another service gave has to be sent back to it as it is.
    if (entity.fields.some(({ name }) => /^(provider_?account_?id|access_?token)$/i.test(name))) continue
    const isOfKind = model.test(`${entity.name} ${entity.file.path.split('/').at(-1)}`)
    const hasFactor = named.test('totp_secret') && entity.fields.some(({ name }) => secondFactor.test(name))
    const field = entity.fields.find(
      (item) =>
        // `tokens RefreshToken[]`: the rows are another table's.
        !item.relation &&
        (named.test(item.name) ||
          (isOfKind && /^(token|code)$/i.test(item.name)) ||
          (hasFactor && /^secret$/i.test(item.name))),
    )
    if (!field || /hash/i.test(field.name)) continue
    const file = codebase.sources.get(entity.file.path)
    yield {
      file: entity.file,
      ...(field.node && file
        ? { node: field.node, line: lineOf(field.node, file) }
        : { line: field.line ?? 1, subject: field.name }),
      severity,
      confidence: 'medium',
      words,
      message: `\`${field.name}\` is kept as it is sent: ${says}.`,
    }
  }
}

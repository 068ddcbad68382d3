import type { Codebase } from '../../../codebase.ts'
import { once, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

type Kind = {
  /** Names of fields, whatever the model is called. */
  field: RegExp
  /** Models of nothing but such tokens, which call them `token`. */
  model: RegExp
  severity: 'medium' | 'low'
  says: string
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

const kinds: readonly Kind[] = [
  {
    field: /^(reset_?(password_?)?(token|code)|password_?reset_?(token|code)|forgot_?(password_?)?(token|code))$/i,
    model: /(reset|forgot)_?-?pass|pass(word)?_?-?reset/i,
    severity: 'medium',
    says: 'who reads the table can set any password',
    isSealed: hashesTokens,
  },
  {
    field: /^(current_?)?refresh_?tokens?$/i,
    model: /refresh_?-?token/i,
    severity: 'low',
    says: 'who reads the table is signed in as anyone until it ends',
    isSealed: hashesRefreshTokens,
  },
  {
    field:
      /^((mfa|totp|otp|two_?factor|second_?factor|tfa|_?2fa)(_?auth(entication)?)?_?secret|google_?auth(enticator)?_?secret)$/i,
    model: /^$/,
    severity: 'low',
    says: 'who reads the table can make every code',
    isSealed: says(/createCipher|encrypt/i),
  },
  {
    field: /^(mfa_?|totp_?|two_?factor_?)?(backup|recovery)_?codes?$/i,
    model: /^$/,
    severity: 'low',
    says: 'who reads the table passes the second factor',
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

function* fieldsOf({ field: named, model, severity, says }: Kind, codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    // What another service gave has to be sent back to it as it is.
    if (entity.fields.some(({ name }) => /^(provider_?account_?id|access_?token)$/i.test(name))) continue
    const isOfKind = model.test(`${entity.name} ${entity.file.path.split('/').at(-1)}`)
    const hasFactor = named.test('totp_secret') && entity.fields.some(({ name }) => secondFactor.test(name))
    const field = entity.fields.find(
      (item) =>
        named.test(item.name) ||
        (isOfKind && /^(token|code)$/i.test(item.name)) ||
        (hasFactor && /^secret$/i.test(item.name)),
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
      message: `\`${field.name}\` is kept as it is sent: ${says}.`,
    }
  }
}

import type { Codebase } from '../../../codebase.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

const resetToken =
  /^(reset_?(password_?)?(token|code)|password_?reset_?(token|code)|forgot_?(password_?)?(token|code))$/i

/** A token that resets a password is a password while it lasts; one finding for all models that keep one. */
export function* resetTokens(codebase: Codebase): Iterable<Match> {
  if (codebase.production.some(hashesTokens)) return
  const [first, ...others] = keptTokens(codebase)
  if (first) yield { ...first, also: others.map(({ file, line }) => ({ path: file.path, line: line ?? 1 })) }
}

function* keptTokens(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    const isReset = /(reset|forgot)_?-?pass|pass(word)?_?-?reset/i.test(
      `${entity.name} ${entity.file.path.split('/').at(-1)}`,
    )
    const field = entity.fields.find(
      (item) => resetToken.test(item.name) || (isReset && /^(token|code)$/i.test(item.name)),
    )
    if (!field || /hash/i.test(field.name)) continue
    const file = codebase.sources.get(entity.file.path)
    yield {
      file: entity.file,
      ...(field.node && file
        ? { node: field.node, line: lineOf(field.node, file) }
        : { line: field.line ?? 1, subject: field.name }),
      severity: 'medium',
      confidence: 'medium',
      message: `\`${field.name}\` is kept as it is sent: who reads the table can set any password.`,
    }
  }
}

/** Somewhere a token is hashed before it is kept or looked up. */
const hashesTokens = once(
  (file: SourceFile) =>
    /hash|sha256/i.test(file.text) &&
    /token\w*[\s\S]{0,200}(createHash|sha256|\bhash\w*\(\s*\w*token)|(createHash|sha256)[\s\S]{0,120}token|\bhashed_?\w*(token|code|otp)/i.test(
      file.text,
    ),
)

import type { Codebase } from '../../../codebase.ts'
import type { Entity } from '../../../facts/entities.ts'
import type { Match, Words } from '../../rule.ts'
import { placeOf } from './fields.ts'

/** Documents with an expiry that no TTL index removes. */
export function* neverExpiring(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    const field = entity.fields.find((item) => /^(expires?(_?at)?|expiry|expiration(_?date)?)$/i.test(item.name))
    // A thread that closes or an offer that ends stays a document all the same.
    if (field && !shortLived.test(entity.name)) continue
    if (isPart(entity) || keepsEnded(entity)) continue
    if (!field || entity.kind !== 'mongoose' || /expireAfterSeconds|expires\s*:\s*['"\d]/.test(entity.file.text))
      continue
    const message = `Documents with \`${field.name}\` are never removed: there is no TTL index.`
    yield { file: entity.file, ...placeOf(field), severity: 'low', words, message }
  }
}

const words: Words = {
  title: 'Documents that have ended stay for ever',
  why: 'The collection grows with what nobody needs any more; MongoDB removes it by itself where an index says when.',
  effects: { latency: 'Grows with the collection.' },
  fix: {
    say: 'Give the time at which they end a TTL index.',
    code: { any: 'expiresAt: { type: Date, index: { expireAfterSeconds: 0 } }' },
  },
}

/** Fields of no document of its own: the file makes no model, or the schema stands in another of the same file. */
function isPart({ file, name }: Entity): boolean {
  return (
    !/\bmodel\s*[(<]|@Schema|SchemaFactory/.test(file.text) ||
    new RegExp(String.raw`:\s*\[?\s*${name}\b`).test(file.text)
  )
}

/** A state beside it says that it has ended, or was used: such documents are kept to be looked up. */
function keepsEnded({ fields, file }: Entity): boolean {
  return fields.some(
    ({ name, options }) =>
      /^(status|state)$/i.test(name) &&
      options !== undefined &&
      /['"](expired|ended|revoked|accepted|used|closed)['"]/i.test(file.text.slice(options.start, options.end)),
  )
}

const shortLived =
  /token|session|otp|code|verif|reset|invit|challenge|cache|lock|revoked|black_?list|blocklist|nonce|ticket|temp/i

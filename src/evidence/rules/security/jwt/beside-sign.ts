import type { Codebase } from '../../../codebase.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { hasSpread, propertyOf } from '../../../parse/ast.ts'
import type { Match, Words } from '../../rule.ts'

/** `register(jwt, { secret, expiresIn })`: the plugin takes the life of tokens under `sign` alone. */
export function* besideSign({ index, meanings }: Codebase): Iterable<Match> {
  for (const { call, file } of index.methods('register')) {
    const [plugin, given] = call.arguments
    if (!plugin || !given || !/^(@fastify\/jwt|fastify-jwt)$/.test(meanings.nameOf(plugin, file))) continue
    const options = objectOf(given, file, meanings)
    const life = propertyOf(options?.node, 'expiresIn')
    if (!options || !life || hasSpread(options.node) || propertyOf(options.node, 'sign')) continue
    const message =
      '`expiresIn` is no option of the plugin but of its `sign`: it is never looked at, and tokens never expire.'
    yield { file: options.file, node: life.parent ?? life, severity: 'medium', words, message }
  }
}

const words: Words = {
  title: 'Tokens are to expire and never do',
  why: 'Whoever reads the settings takes a token for short-lived; one that is found in a log or a backup is good until the key is changed for everyone.',
  effects: { safety: 'A stolen token works for ever.' },
  fix: {
    say: 'Put it where the plugin looks.',
    code: { Fastify: "app.register(jwt, { secret, sign: { expiresIn: '15m' } })" },
  },
}

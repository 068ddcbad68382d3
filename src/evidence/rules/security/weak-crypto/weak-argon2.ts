import type { Codebase } from '../../../codebase.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { literalText, propertyOf } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** What OWASP asks for at the least, with five rounds. */
const leastKib = 7168

/** Argon2 with little memory, or in a form that is not the one for passwords. */
export function* weakArgon2(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^argon2(\.default)?\.hash$/)) {
    const given = call.arguments[1]
    const options = given && objectOf(given, file, codebase.meanings)
    if (!options) continue
    const place = { file: options.file, severity: 'low' as const }
    const type = propertyOf(options.node, 'type')
    const form = type && /\.(argon2[id])$/.exec(codebase.meanings.nameOf(type, options.file))?.[1]
    if (type && form !== undefined)
      yield {
        ...place,
        node: type,
        message: `\`${form}\` stops one kind of attack; \`argon2id\` is meant for passwords.`,
      }
    const memory = propertyOf(options.node, 'memoryCost')
    const kib = Number(literalText(memory))
    if (memory && kib < leastKib)
      yield { ...place, node: memory, message: `Argon2 with ${kib} KiB is tried through fast; 19 MiB are asked for.` }
  }
}

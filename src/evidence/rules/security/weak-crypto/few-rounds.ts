import type { Codebase } from '../../../codebase.ts'
import { knownText } from '../../../facts/known-text.ts'
import type { Match } from '../../rule.ts'

/** Calls of PBKDF2 with too few rounds; hashing and comparing share their number. */
export function* fewRounds(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^crypto\.pbkdf2(Sync)?$/)) {
    const [, , given] = call.arguments
    const rounds = Number(given && knownText(given, file, codebase)?.text)
    if (!(rounds > 0 && rounds < 100_000)) continue
    const message = `${rounds} rounds of PBKDF2 are tried through fast; 210,000 with SHA-512 are asked for today, and 600,000 with SHA-256.`
    yield { file, node: call, severity: 'medium', message }
  }
}

import type { Codebase } from '../../../codebase.ts'
import type { Match } from '../../rule.ts'
import { withoutLogin } from './words.ts'

/** AdminJS with its router that asks for no login. */
export function* openAdministration(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(
    /^(@adminjs\/express|@admin-bro\/express|admin-bro-expressjs|@adminjs\/koa)(\.default)?\.buildRouter$/,
  ))
    yield {
      file,
      node: call,
      severity: 'critical',
      confidence: 'high',
      words: withoutLogin,
      message: 'The administration is open to anyone: this router asks for no login (`buildAuthenticatedRouter` does).',
    }
}

import type { Codebase } from '../../../codebase.ts'
import { hasSpread, propertyOf } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** Google's tokens, taken whichever application they were made for. */
export function* tokensForOthers(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('verifyIdToken')) {
    const [options] = call.arguments
    if (options?.type !== 'ObjectExpression' || hasSpread(options)) continue
    if (!propertyOf(options, 'idToken') || propertyOf(options, 'audience')) continue
    yield {
      file,
      node: call,
      message: 'A token of Google’s is accepted whichever application it was made for: no `audience` is named.',
    }
  }
}

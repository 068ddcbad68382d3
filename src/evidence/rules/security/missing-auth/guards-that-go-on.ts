import type { Codebase } from '../../../codebase.ts'
import { guardsWithoutStop } from '../../errors/double-response/guards-that-do-not-stop.ts'
import { purposeOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { goesOn } from './words.ts'

/** A guard that redirects and comes back lets the protected code run. */
export function* guardsThatGoOn(codebase: Codebase): Iterable<Match> {
  for (const { node: response, file } of guardsWithoutStop(codebase).values()) {
    const name = purposeOf(codebase, response).split(' ')[0] ?? ''
    if (!/auth|^check|guard|^(ensure|require|verify|is|must|only)_?[A-Z]|logged|login/i.test(name)) continue
    yield {
      file,
      node: response,
      confidence: 'high',
      words: goesOn,
      message: 'The guard answers but its caller goes on: the protected code still runs.',
    }
  }
}

import type { Codebase } from '../../../codebase.ts'
import { hasSpread, propertyOf } from '../../../parse/ast.ts'
import { requestOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `client.generateAuthUrl({ scope })`: nothing ties what comes back to the browser that was sent away. */
export function* signInWithoutState(codebase: Codebase): Iterable<Match> {
  if (codebase.index.methods('getToken').length === 0) return
  for (const { call, file } of codebase.index.methods('generateAuthUrl')) {
    const [options] = call.arguments
    if (options?.type !== 'ObjectExpression' || hasSpread(options) || propertyOf(options, 'state')) continue
    if (!requestOf(codebase, call)) continue
    yield {
      file,
      node: call,
      confidence: 'high',
      words: tiedToNobody,
      message: 'The way to the other service begins without `state`: whose answer comes back is not checked.',
    }
  }
}

const tiedToNobody: Words = {
  title: 'Sign-in through another service may be begun by somebody else',
  why: 'Whoever begins it and hands the link that comes back to somebody else has that browser signed in, or connected, to an account of their own.',
  effects: { safety: 'What the victim then enters, or connects, lands in the account of the attacker.' },
  fix: {
    say: 'Send a random `state` that the session keeps, and compare it when the answer comes.',
    code: {
      Express:
        "req.session.state = crypto.randomBytes(16).toString('hex')\nres.redirect(client.generateAuthUrl({ scope, state: req.session.state }))\n// in the callback\nif (req.query.state !== req.session.state) return res.sendStatus(400)",
    },
  },
}

import type { Rule } from '../rule.ts'
import { answeredForCallers } from './double-response/answered-for-callers.ts'
import { answersInTransactions } from './double-response/answers-in-transactions.ts'
import { guardsThatDoNotStop } from './double-response/guards-that-do-not-stop.ts'
import { lateCallbacks } from './double-response/late-callbacks.ts'
import { secondAnswers } from './double-response/second-answers.ts'

export const doubleResponse: Rule = {
  id: 'double-response',
  category: 'double-response',
  severity: 'medium',
  confidence: 'high',
  title: 'A request can be answered twice',
  why: 'The second answer throws `ERR_HTTP_HEADERS_SENT`; before that, code runs that was meant for the other case.',
  effects: {
    safety:
      'In a callback, or an async handler of Express 4, the throw stops the process; protected code runs for those who were turned away.',
  },
  fix: {
    say: 'Return with the answer.',
    code: { Express: "if (!order) return res.status(404).json({ error: 'not found' })\nres.json(order)" },
  },
  sources: ['https://nodejs.org/api/errors.html#err_http_headers_sent'],
  *find(codebase) {
    for (const file of codebase.production) {
      yield* answersInTransactions(codebase, file)
      yield* secondAnswers(codebase, file)
    }
    for (const file of codebase.production) {
      yield* lateCallbacks(codebase, file)
    }
    yield* guardsThatDoNotStop(codebase)
    yield* answeredForCallers(codebase)
  },
}

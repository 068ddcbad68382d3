import type { Codebase } from '../../codebase.ts'
import type { Match, Rule } from '../rule.ts'
import { afterFailure } from './null-deref/after-failure.ts'
import { bodyNames, typedCalls } from './null-deref/body-names.ts'
import { callersRecord } from './null-deref/callers-record.ts'
import { weighCaught } from './null-deref/caught.ts'
import { firstOfList } from './null-deref/first-of-list.ts'
import { foundInList } from './null-deref/found-in-list.ts'
import { leftUnset } from './null-deref/left-unset.ts'
import { missingRows } from './null-deref/missing-rows.ts'
import { nestUploads } from './null-deref/nest-uploads.ts'
import { requestFields } from './null-deref/request-fields.ts'
import { rowsOfFunctions } from './null-deref/rows-of-functions.ts'

export const nullDeref: Rule = {
  id: 'null-deref',
  category: 'null-deref',
  severity: 'medium',
  confidence: 'medium',
  title: 'A value that may be missing is used as if it were there',
  why: 'A lookup that finds nothing, or a request without the field, gives a TypeError in place of a clear answer; in a callback it ends the process.',
  effects: { safety: 'A request for an unknown id is a 500 or a crash.' },
  fix: {
    say: 'Answer the missing case first.',
    code: {
      Express:
        "const user = await User.findByPk(id)\nif (!user) return res.status(404).json({ error: 'no such user' })",
    },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Errors/Cant_access_property'],
  *find(codebase) {
    for (const match of uses(codebase)) yield weighCaught(match)
  },
}

function* uses(codebase: Codebase): Iterable<Match> {
  yield* missingRows(codebase)
  yield* rowsOfFunctions(codebase)
  yield* firstOfList(codebase)
  yield* foundInList(codebase)
  for (const file of codebase.production) {
    yield* afterFailure(codebase, file)
    yield* requestFields(codebase, file)
    yield* bodyNames(codebase, file)
    yield* callersRecord(file)
    yield* nestUploads(file)
    yield* leftUnset(codebase, file)
  }
  yield* typedCalls(codebase)
}

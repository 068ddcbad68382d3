import type { Rule } from '../rule.ts'
import { lostErrors } from './swallowed-error/lost-errors.ts'
import { nextWithoutError } from './swallowed-error/next-without-error.ts'
import { returnedErrors } from './swallowed-error/returned-errors.ts'
import { unsent } from './swallowed-error/unsent.ts'

export const swallowedError: Rule = {
  id: 'swallowed-error',
  category: 'swallowed-error',
  severity: 'medium',
  confidence: 'high',
  title: 'An error is caught and lost',
  why: 'What went wrong is in no log and in no answer, and what comes after goes on as if it had worked.',
  effects: { maintenance: 'Failures cannot be found.', safety: 'Data that was not written is taken for written.' },
  fix: {
    say: 'Handle the errors you expect and pass the rest on.',
    code: {
      Express:
        'try {\n  await save(order)\n} catch (error) {\n  if (!(error instanceof Conflict)) throw error\n  res.status(409).json({ error: error.message })\n}',
    },
  },
  sources: ['https://github.com/goldbergyoni/nodebestpractices#2-error-handling-practices'],
  *find(codebase) {
    for (const file of codebase.production) {
      yield* lostErrors(codebase, file)
      yield* nextWithoutError(codebase, file)
      yield* unsent(codebase, file)
      yield* returnedErrors(codebase, file)
    }
  },
}

import type { Codebase } from '../../codebase.ts'
import { errorAnswers, type ErrorAnswer } from '../../facts/error-answers.ts'
import { someReached } from '../../facts/reached.ts'
import { bodyText } from '../../facts/responses.ts'
import { says } from '../../parse/once.ts'
import { codeText } from '../../parse/code-text.ts'
import { importsPackage, lineOf } from '../places.ts'
import type { Match, Words } from '../rule.ts'
import { writesDown } from './logging.ts'

/** The last word on all errors, where nothing writes down what was not foreseen. */
export function* unloggedErrors(codebase: Codebase): Iterable<Match> {
  const answers = errorAnswers(codebase)
  if (answers.length === 0 || answers.some((answer) => tells(answer, codebase)) || isWatched(codebase)) return
  for (const { node, file, framework } of answers)
    yield {
      file,
      node,
      line: lineOf(node, file),
      severity: 'medium',
      words: framework === 'nest' ? ofFilters : ofHandlers,
      message: `Every error ends here, and none is written down: ${framework === 'nest' ? 'NestJS logs only what its own filter answers' : 'Fastify logs only what its own handler answers'}.`,
    }
}

/** It logs, hands the error to what the framework has, or throws it on. */
function tells({ node, file, error }: ErrorAnswer, { calls }: Codebase): boolean {
  const passedOn = new RegExp(String.raw`\bsuper\.catch\(|\bthrow\b|\.(send|emit)\([^;]*(?<![\w.])${error}\s*\)`)
  return (
    passedOn.test(codeText(node, file)) ||
    someReached({ node, file }, 2, calls, (reached, of) => writesDown(bodyText(reached, of)))
  )
}

const monitors =
  /^(@sentry\/|newrelic$|dd-trace|elastic-apm-node|rollbar|@bugsnag\/|applicationinsights|@opentelemetry\/|express-winston|@honeybadger)/
const hearsErrors = says(/addHook\(\s*['"]onError['"]|\bcatchError\(|\btap\(\s*\{[^}]*\berror\b/)

/** A monitor, a hook or an interceptor may hear of errors before. */
function isWatched(codebase: Codebase): boolean {
  return importsPackage(codebase, monitors) || codebase.production.some(hearsErrors)
}

const why =
  'Callers are told that something went wrong; the stack, the query and the cause are gone, in production above all.'

const ofFilters: Words = {
  title: 'No error is written down',
  why,
  fix: {
    say: 'Log what is no `HttpException`, with its stack.',
    code: {
      NestJS:
        'catch(exception: unknown, host: ArgumentsHost) {\n  if (!(exception instanceof HttpException)) this.logger.error(exception)\n  // …\n}',
    },
  },
}

const ofHandlers: Words = {
  title: 'No error is written down',
  why,
  fix: {
    say: 'Log what was not foreseen, with the request it belongs to.',
    code: {
      Fastify:
        "app.setErrorHandler((error, request, reply) => {\n  if ((error.statusCode ?? 500) >= 500) request.log.error({ err: error })\n  return reply.code(error.statusCode ?? 500).send({ message: 'internal error' })\n})",
    },
  },
}

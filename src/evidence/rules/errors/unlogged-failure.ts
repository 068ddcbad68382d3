import type { Codebase } from '../../codebase.ts'
import { handlerAround, isFinal, responsesIn } from '../../facts/responses.ts'
import { contains, functionAround, parameterName, type Of } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { unloggedErrors } from './unlogged-errors.ts'
import { asksDatabase } from './asking.ts'
import { writesDown } from './logging.ts'

export const unloggedFailure: Rule = {
  id: 'unlogged-failure',
  category: 'swallowed-error',
  severity: 'low',
  confidence: 'medium',
  title: 'A failure is answered and written down nowhere',
  why: 'The caller is told that something went wrong; what it was, nobody ever learns.',
  effects: { maintenance: 'A database that is away and a misspelled name look the same: a number of failed requests.' },
  fix: {
    say: 'Hand the error to one error handler that writes it down.',
    code: {
      Express: 'try {\n  res.json(await listOrders(req.user.id))\n} catch (error) {\n  next(error)\n}',
      Fastify:
        "request.log.error({ err: error }, 'orders could not be listed')\nreply.code(500).send({ error: 'internal error' })",
    },
  },
  sources: ['https://github.com/goldbergyoni/nodebestpractices#2-error-handling-practices'],
  limits: 'One finding for each file, with the other places named.',
  *find(codebase) {
    yield* unloggedErrors(codebase)
    for (const file of codebase.production) {
      const [first, ...rest] = file.catches.filter((clause) => isUnlogged(clause, file, codebase))
      if (!first) continue
      const many = rest.length > 0 ? ` The same in ${rest.length} more of this file.` : ''
      yield {
        file,
        node: first,
        line: lineOf(first, file),
        also: rest.map((clause): NonNullable<Match['also']>[number] => ({
          path: file.path,
          line: lineOf(clause, file),
        })),
        message: `Whatever fails here is answered in the same words, and the error is neither logged nor passed on.${many}`,
      }
    }
  },
}

function isUnlogged(clause: Of<'CatchClause'>, file: SourceFile, codebase: Codebase): boolean {
  const handler = handlerAround(clause, codebase.web.handlers)
  if (!handler || clause.parent?.type !== 'TryStatement' || functionAround(clause) !== handler.node) return false
  const text = file.text.slice(clause.body.start, clause.body.end)
  const name = parameterName(clause.param ?? undefined)?.name
  if (name !== undefined && uses(text, name)) return false
  if (name === undefined && clause.param) return false
  if (writesDown(text) || /\bthrow\b/.test(text)) return false
  if (handler.next !== undefined && new RegExp(String.raw`\b${handler.next}\(`).test(text)) return false
  const answer = responsesIn(file, codebase.web).find((item) => isFinal(item) && contains(clause.body, item.call))
  if (!answer) return false
  // What a caller may have caused is no failure of the service, unless it is all that is ever said.
  return (
    answer.status !== undefined &&
    (answer.status >= 500 || /^40[013]$/.test(String(answer.status))) &&
    asksDatabase(clause.parent.block, file, codebase)
  )
}

/** The name itself, not a key or a word of the same letters. */
function uses(text: string, name: string): boolean {
  const code = text.replace(/'[^'\n]*'|"[^"\n]*"/g, '')
  return new RegExp(String.raw`(?<![\w$.])${name.replaceAll('$', String.raw`\$`)}(?![\w$]|\s*:)`).test(code)
}

import type { Codebase } from '../../../codebase.ts'
import { errorNames } from '../../../facts/promises.ts'
import { queriesByFile } from '../../../facts/queries.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  parameterName,
  pathOf,
  unwrap,
  type Node,
} from '../../../parse/ast.ts'
import { methodCallsOf, goingBy } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, requestOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { writesDown } from '../logging.ts'
import { asksDatabase } from '../asking.ts'
import { attemptText, dispensable, expectedFailure, isExplained, tryText, type Caught } from './attempts.ts'
import { leavesUnanswered, passesOn } from './unanswered.ts'

/** Errors that are caught and neither looked at, logged, answered nor passed on. */
export function* lostErrors(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const caught of [...clauses(file), ...callbacks(file)]) {
    if (isExplained(caught.place, file)) continue
    const at = { file, node: caught.place, line: lineOf(caught.place, file) }
    if (caught.body.body.length === 0) {
      const isAnswered = requestOf(codebase, caught.place) !== undefined && !caught.isCallback
      if (isDropped(caught, file) && (isAnswered || asksAnother(caught.place, file, codebase)))
        yield {
          ...at,
          ...(isAnswered ? {} : { severity: 'low' as const }),
          ...(caught.isCallback ? { confidence: 'medium' as const } : {}),
          message: 'The error is caught and dropped: nothing is logged, answered or passed on.',
        }
    } else if (leavesUnanswered(caught, file, codebase))
      yield { ...at, words: unanswered, message: 'The error is written to the log and the request gets no answer.' }
    else yield* unseen(caught, at, file, codebase)
  }
}

const unanswered: Words = {
  title: 'A failure leaves the request without an answer',
  why: 'Nothing after the `catch` answers, so that the caller waits until it gives up.',
  effects: { latency: 'Requests hang until the client gives up.', memory: 'What they hold stays until then.' },
  fix: {
    say: 'Hand the error on to the error handler, which logs it and answers.',
    code: { any: 'try {\n  res.json(await loadOrder(id))\n} catch (error) {\n  next(error)\n}' },
  },
}

const clauses = atOnce((file: SourceFile): Caught[] =>
  file.catches.map((clause) => ({
    place: clause,
    body: clause.body,
    name: parameterName(clause.param ?? undefined)?.name,
    isCallback: false,
    tried: tryText(clause, file),
    text: file.text.slice(clause.body.start, clause.body.end),
  })),
)

const callbacks = atOnce((file: SourceFile): Caught[] =>
  goingBy(methodCallsOf(file), 'catch').flatMap((call) => {
    if (call.type !== 'CallExpression') return []
    const caught = call.arguments[0]
    if (!isFunction(caught) || caught.body?.type !== 'BlockStatement') return []
    return [
      {
        place: caught,
        body: caught.body,
        name: parameterName(caught.params[0])?.name,
        isCallback: true,
        tried: attemptText(caught, file),
        text: file.text.slice(caught.body.start, caught.body.end),
      },
    ]
  }),
)

/** What a promise or a stream of rxjs does with its errors before they come here. */
const caughtBefore = /(\.catch|\bcatchError)\([\s\S]*/

function isDropped({ place, text, tried }: Caught, file: SourceFile): boolean {
  if (/\/\/|\/\*/.test(text) || dispensable.test(tried) || isLookedAtElsewhere(place, file)) return false
  if (leavesDefault(place, tried, file)) return false
  if (writesDown(caughtBefore.exec(tried)?.[0] ?? '')) return false
  // What is tried after a failure is clean-up: the failure itself is the one that counts.
  return ancestor(place, (at) => at.type === 'CatchClause' && at !== place) === undefined
}

/** `let language = 'en'; try { language = … } catch {}`: what stands there before is meant for that. */
function leavesDefault(place: Node, tried: string, file: SourceFile): boolean {
  const block = triedIn(place)
  const written = file.assignments.filter((item) => contains(block, item))
  return (
    written.length > 0 &&
    !/\bawait\b/.test(tried) &&
    written.every(({ left }) => {
      const binding = left.type === 'Identifier' ? lookUp(file.scopes, left, left.name) : undefined
      return binding?.init !== undefined && binding.init !== null && !contains(block, binding.node)
    })
  )
}

const replaced: Words = {
  title: 'An error is replaced, and its cause lost',
  why: 'The caller is told one thing whatever failed: that the database was down looks like a mistake of theirs, and no log says otherwise.',
  effects: { maintenance: 'Failures are looked for in the wrong place.' },
  fix: {
    say: 'Turn the error you expect into yours, and let all others pass; what you replace, hand on as `cause` to where it is logged.',
    code: { any: "if (!isNotFound(error)) throw error\nthrow new NotFoundError('order', { cause: error })" },
  },
}

/** The error has a name that is not looked at, or is replaced by another error. */
function* unseen(
  { place, body, name, isCallback, tried, text }: Caught,
  at: Pick<Match, 'file' | 'node' | 'line'>,
  file: SourceFile,
  codebase: Codebase,
): Iterable<Match> {
  const isKnown = name !== undefined && errorNames.test(name) && !expectedFailure.test(tried)
  if (!isCallback && hidesCause(text, name) && /\bawait\b/.test(tried)) {
    const asks = asksDatabase(triedIn(place), file, codebase)
    const also = asks ? ', also of the database,' : ''
    const message = `Every failure${also} becomes the same error here, and its cause is lost.`
    if (asks || isKnown) yield { ...at, severity: 'low', confidence: 'medium', words: replaced, message }
    return
  }
  if (!isKnown) return
  if (
    !/^\{\s*(\/\/|\/\*)/.test(text) &&
    !new RegExp(`\\b${name}\\b`).test(text) &&
    !passesOn.test(text) &&
    !writesDown(text) &&
    !triesOneThing(place, body)
  )
    yield {
      ...at,
      // Only who knows the code can tell whether one failure alone is expected here.
      ...(requestOf(codebase, place) && !answersAnother(body) ? {} : { severity: 'info' as const }),
      confidence: 'medium',
      message: `Any error ends here as if it were the one expected; \`${name}\` is never looked at.`,
    }
}

/** What is tried asks a database or another service; who drops the failure of anything else has mostly thought of it. */
function asksAnother(place: Node, file: SourceFile, { queries, asyncWork }: Codebase): boolean {
  const tried = triedIn(place)
  return (
    (queriesByFile(queries).get(file) ?? []).some(({ call }) => contains(tried, call)) ||
    asyncWork.outgoing.some((item) => item.file === file && contains(tried, item.call))
  )
}

function triedIn(place: Node): Node {
  const around = place.parent
  return around?.type === 'TryStatement' ? around.block : around?.type === 'CallExpression' ? around.callee : place
}

/** `running.catch(() => {})` beside another use of `running`, and a rejection kept from being nobody's. */
function isLookedAtElsewhere(place: Node, file: SourceFile): boolean {
  const call = place.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false
  const promise = unwrap(call.callee.object)
  if (promise.type === 'CallExpression') return pathOf(promise.callee) === 'Promise.resolve'
  if (promise.type === 'MemberExpression') return true
  const around = functionAround(call)
  return (
    promise.type === 'Identifier' &&
    file.text.slice(around?.start ?? 0, around?.end).split(new RegExp(`\\b${promise.name}\\b`)).length > 3
  )
}

/** What is done in place of the attempt: another call that is waited for, another value, the next of a list. */
function answersAnother(body: Node): boolean {
  return (
    body.type === 'BlockStatement' &&
    body.body.some(
      (statement) =>
        statement.type === 'ContinueStatement' ||
        statement.type === 'BreakStatement' ||
        (statement.type === 'ExpressionStatement' &&
          /^(AwaitExpression|CallExpression|AssignmentExpression)$/.test(statement.expression.type)),
    )
  )
}

/** One statement is tried, and its failure gives another value: what failed is clear without the error. */
function triesOneThing(place: Node, body: Node): boolean {
  const attempt = place.parent
  if (attempt?.type !== 'TryStatement' || body.type !== 'BlockStatement') return false
  const [only] = body.body
  return (
    attempt.block.body.length === 1 &&
    body.body.length === 1 &&
    only?.type === 'ExpressionStatement' &&
    only.expression.type === 'AssignmentExpression'
  )
}

/** A new error is thrown in place of the caught one, which is neither logged nor kept as cause, whatever was asked of it before. */
function hidesCause(text: string, name: string | undefined): boolean {
  const used = name === undefined ? /(?!)/ : new RegExp(`\\b${name}\\b`)
  if (/^\{\s*throw new \w+\(/.test(text)) return !used.test(text)
  const last = /\}\s*throw new \w+\(([^;{}]*)\);?\s*\}$/.exec(text)
  const before = last ? text.slice(0, last.index) : ''
  return (
    last !== null &&
    !used.test(last[1] ?? '') &&
    !writesDown(text) &&
    /\bif\s*\(/.test(before) &&
    !/\belse\b/.test(before)
  )
}

import type { Codebase } from '../../../codebase.ts'
import { helperAnswersIn } from '../../../facts/answering-helpers.ts'
import { statementsAfter } from '../../../facts/flow-of-control.ts'
import { isFinal, responsesIn } from '../../../facts/responses.ts'
import type { Handler } from '../../../facts/handlers.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  pathOf,
  unwrap,
  type CallNode,
  type Node,
} from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** A call that answers: on the response, or of a function that is handed it and answers in every case. */
type FinalCall = { call: CallNode; handler: Handler; method?: string; refuses?: true }

function finalCallsIn(file: SourceFile, codebase: Codebase): FinalCall[] {
  const own = responsesIn(file, codebase.web).filter((response) => isFinal(response))
  const handedOn = helperAnswersIn(file, codebase).filter(({ helper }) => helper.always)
  return [...own, ...handedOn].filter(({ handler }) => handler.framework !== 'hono')
}

/** `if (!isPicture) next(new BadRequest())`: the error handler answers. */
function refusalsIn(file: SourceFile, codebase: Codebase): FinalCall[] {
  return errorsMade(file).flatMap((call) => {
    const around = functionAround(call)
    const handler = around && codebase.web.handlers.get(around)
    const isNext = handler?.next !== undefined && pathOf(call.callee) === handler.next
    return isNext && ancestor(call, ({ type }) => type === 'IfStatement', around)
      ? [{ call, handler, refuses: true }]
      : []
  })
}

/** Calls on a line of their own that are given a new error. */
const errorsMade = atOnce((file: SourceFile) =>
  file.calls.filter(
    ({ arguments: [given], parent }) => given?.type === 'NewExpression' && parent?.type === 'ExpressionStatement',
  ),
)

/** Its replies know that they were sent. */
const keptByFastify: Pick<Match, 'severity' | 'words'> = {
  severity: 'low',
  words: {
    why: 'Fastify sends the first answer and logs a warning for the second; what stands between still runs.',
    effects: {
      maintenance: 'What was meant for the other case runs, and the log fills with `FST_ERR_REP_ALREADY_SENT`.',
    },
  },
}

/** Answers that run after another one that does not leave. */
export function* secondAnswers(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const answers = finalCallsIn(file, codebase)
  for (const response of [...answers, ...refusalsIn(file, codebase)]) {
    const second = secondAnswer(response, answers, file)
    if (!second) continue
    const what = response.refuses ? 'The refusal does not end the handler' : 'This answer does not return'
    const message = `${what}, and the request may be answered again on line ${lineOf(second, file)}.`
    yield { file, node: response.call, message, ...(response.handler.framework === 'fastify' ? keptByFastify : {}) }
  }
}

function secondAnswer(response: FinalCall, responses: readonly FinalCall[], file: SourceFile): Node | undefined {
  const around = functionAround(response.call)
  if (!around || isBranchOfArrow(response.call)) return undefined
  for (const statement of statementsAfter(response.call, around)) {
    const later = responses.find(
      (item) =>
        contains(statement, item.call) && functionAround(item.call) === around && item.handler === response.handler,
    )
    // A bare `end()` after the answer does nothing.
    if (later?.method === 'end' && later.call.arguments.length === 0) return undefined
    if (later)
      return isExclusive(response.call, later.call, file) || isFlagged(response.call, later.call, file)
        ? undefined
        : later.call
    const { next, error } = response.handler
    const call =
      next && !response.refuses
        ? file.calls.find(
            (item) =>
              contains(statement, item) &&
              functionAround(item) === around &&
              item.callee.type === 'Identifier' &&
              item.callee.name === next &&
              // An error handler hands the error on to who writes it down.
              (error === undefined
                ? item.arguments.length > 0 || isTurnedAway(response.call, item)
                : item.arguments.length === 0),
          )
        : undefined
    if (call) return call
  }
  return undefined
}

/** `if (!user) res.redirect('/login')` and then `next()` as a statement of its own: those turned away go on. */
function isTurnedAway(answer: Node, call: Node): boolean {
  const branch = ancestor(answer, (node) => node.type === 'IfStatement', functionAround(answer))
  return branch !== undefined && branch.parent === call.parent?.parent && call.parent?.type === 'ExpressionStatement'
}

function isBranchOfArrow(node: Node): boolean {
  return (
    node.parent?.type === 'ArrowFunctionExpression' ||
    node.parent?.type === 'ConditionalExpression' ||
    node.parent?.type === 'LogicalExpression'
  )
}

/** `answered = true` after the first, and `if (answered) return` or `if (!answered)` before the other. */
function isFlagged(first: Node, later: Node, file: SourceFile): boolean {
  const flag = /\b(\w+)\s*=\s*true\b/.exec(file.text.slice(first.end, Math.min(first.end + 200, later.start)))?.[1]
  return flag !== undefined && new RegExp(`if\\s*\\(\\s*!?\\s*${flag}\\b`).test(file.text.slice(first.end, later.start))
}

/** The later answer stands under a condition that looks at whether one was sent. */
function isExclusive(first: Node, later: Node, file: SourceFile): boolean {
  for (let at = later.parent; at && !isFunction(at); at = at.parent) {
    if (at.type === 'IfStatement' && at.test.end < later.start && !contains(at, first)) {
      return asksWhetherSent(at.test) || areAlternatives(first, at.test, file)
    }
  }
  return false
}

/** `if (result.url) …` and then `if (result.form) …`: one of the ways an object can be. */
function areAlternatives(first: Node, test: Node, file: SourceFile): boolean {
  const branch = ancestor(first, (at) => at.type === 'IfStatement', functionAround(first))
  const [one, other] = [branch?.type === 'IfStatement' ? unwrap(branch.test) : undefined, unwrap(test)]
  // `const { url, form } = result`
  if (one?.type === 'Identifier' && other.type === 'Identifier' && one.name !== other.name) {
    const made = lookUp(file.scopes, one, one.name)
    return (
      made?.path.length === 1 && made.init !== undefined && made.init === lookUp(file.scopes, other, other.name)?.init
    )
  }
  return (
    one?.type === 'MemberExpression' &&
    other.type === 'MemberExpression' &&
    pathOf(one.object) === pathOf(other.object) &&
    keyOf(one) !== keyOf(other)
  )
}

/** `!res.headersSent`, or a flag of the code's own. */
function asksWhetherSent(test: Node): boolean {
  const inner = test.type === 'UnaryExpression' ? test.argument : test
  if (inner.type === 'MemberExpression')
    return /sent|ended|finished|done|answered|handled|closed|error/i.test(keyOf(inner) ?? '')
  return (
    inner.type === 'Identifier' &&
    /sent|ended|finished|done|answered|handled|responded|replied|ok|valid|error|fail|found|is[A-Z]|has[A-Z]/.test(
      inner.name,
    )
  )
}

import type { Codebase } from '../../codebase.ts'
import { statementsAfter } from '../../facts/flow-of-control.ts'
import { errorNames } from '../../facts/promises.ts'
import { handlerAround, isFinal, responsesIn, type ResponseCall } from '../../facts/responses.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  unwrap,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const doubleResponse: Rule = {
  id: 'double-response',
  category: 'double-response',
  severity: 'medium',
  confidence: 'high',
  title: 'A request can be answered twice',
  why: 'The second answer throws `ERR_HTTP_HEADERS_SENT`; before that, code runs that was meant for the other case.',
  effects: {
    safety: 'Outside a `try` the throw stops the process; protected code runs for those who were turned away.',
  },
  fix: {
    say: 'Return with the answer.',
    code: { Express: "if (!order) return res.status(404).json({ error: 'not found' })\nres.json(order)" },
  },
  sources: ['https://nodejs.org/api/errors.html#err_http_headers_sent'],
  *find(codebase) {
    for (const file of codebase.production) {
      const all = responsesIn(file, codebase.web)
      if (all.length === 0) continue
      const responses = all.filter((response) => isFinal(response) && response.handler.framework !== 'hono')
      for (const response of responses) {
        const second = secondAnswer(response, responses, file)
        if (second)
          yield {
            file,
            node: second,
            message: `The request may already be answered on line ${lineOf(response.call, file)}, which does not return.`,
          }
      }
    }
    for (const file of codebase.production) {
      yield* lateCallbacks(codebase, file)
      yield* passedOnTwice(codebase, file)
    }
    yield* guardsThatDoNotStop(codebase)
  },
}

function secondAnswer(response: ResponseCall, responses: readonly ResponseCall[], file: SourceFile): Node | undefined {
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
    // An error handler hands the error on to who writes it down.
    const next = response.handler.error === undefined ? response.handler.next : undefined
    const call = next
      ? file.calls.find(
          (item) =>
            contains(statement, item) &&
            functionAround(item) === around &&
            item.callee.type === 'Identifier' &&
            item.callee.name === next &&
            (item.arguments.length > 0 || isTurnedAway(response.call, item)),
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

/** Calls with arguments, in callbacks that take an error first. */
const callsInCallbacks = once((file: SourceFile) =>
  file.calls.flatMap((call) => {
    if (call.callee.type !== 'Identifier' || call.arguments.length === 0) return []
    const inner = functionAround(call)
    const outerCall = inner?.parent
    if (!inner || outerCall?.type !== 'CallExpression' || outerCall.callee === inner || !errorFirst(inner)) return []
    return [{ call, inner, outerCall }]
  }),
)

/** A callback that fails after the handler has already answered below it. */
function* lateCallbacks(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const responses = responsesIn(file, codebase.web).filter(isFinal)
  if (responses.length === 0) return
  for (const { call, inner, outerCall } of callsInCallbacks(file)) {
    if (call.callee.type !== 'Identifier') continue
    const handler = handlerAround(inner, codebase.web.handlers)
    if (!handler || handler.node === inner || handler.next !== call.callee.name) continue
    let at: Node = outerCall
    for (let around = functionAround(at); around; around = functionAround(at)) {
      const after = statementsAfter(at, around)
      const later = responses.find(
        (item) => functionAround(item.call) === around && after.some((statement) => contains(statement, item.call)),
      )
      if (later) {
        yield {
          file,
          node: later.call,
          message: `The callback on line ${lineOf(call, file)} may call \`${call.callee.name}\` after this answer.`,
        }
        break
      }
      if (around === handler.node || !/^(forEach|map)$/.test(calledMethod(around))) break
      at = around
    }
  }
}

/** Calls of a name with one argument, as statements of a `catch`. */
const callsInCatches = once((file: SourceFile) =>
  file.calls.flatMap((call) => {
    if (call.callee.type !== 'Identifier' || call.arguments.length !== 1) return []
    const around = call.parent?.type === 'ExpressionStatement' ? functionAround(call) : undefined
    if (!around || !ancestor(call, (node) => node.type === 'CatchClause', around)) return []
    return [{ call, name: call.callee.name, around }]
  }),
)

/** `catch (error) { next(error) }` without a return, and `next()` after it. */
function* passedOnTwice(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { call, name, around } of callsInCatches(file)) {
    const handler = codebase.web.handlers.get(around)
    if (!handler || handler.next !== name) continue
    const again = statementsAfter(call, around).find(
      (statement) =>
        statement.type === 'ExpressionStatement' &&
        statement.expression.type === 'CallExpression' &&
        statement.expression.callee.type === 'Identifier' &&
        statement.expression.callee.name === handler.next,
    )
    if (again)
      yield {
        file,
        node: again,
        message: `The error was already passed on in line ${lineOf(call, file)}, and the next handler runs all the same.`,
      }
  }
}

function errorFirst(node: FunctionNode): boolean {
  return errorNames.test(parameterName(node.params[0])?.name ?? '')
}

function calledMethod(node: FunctionNode): string {
  const call = node.parent
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' ? (keyOf(call.callee) ?? '') : ''
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

/** `checkLogin(req, res)` answers those it turns away and comes back all the same. */
function* guardsThatDoNotStop(codebase: Codebase): Iterable<Match> {
  const guards = guardsWithoutStop(codebase)
  for (const [target, { response }] of guards) {
    for (const site of codebase.calls.sitesOf(target)) {
      if (site.call.parent?.type !== 'ExpressionStatement' || site.file.kind !== 'production') continue
      const around = functionAround(site.call)
      if (!around || !codebase.web.handlers.has(around)) continue
      if (statementsAfter(site.call, around).length === 0) continue
      yield {
        file: site.file,
        node: site.call,
        message: `This may answer the request (${response.file}:${response.line}) and the handler goes on and answers again.`,
      }
    }
  }
}

function goesOn(call: Node): boolean {
  const around = functionAround(call)
  return around !== undefined && statementsAfter(call, around).length > 0
}

/** Functions that are handed the response, answer in one of their branches, and are called for their effect alone. */
export function guardsWithoutStop(
  codebase: Codebase,
): Map<FunctionNode, { node: Node; file: SourceFile; response: { file: string; line: number } }> {
  const found = new Map<FunctionNode, { node: Node; file: SourceFile; response: { file: string; line: number } }>()
  for (const file of codebase.production) {
    for (const response of responsesIn(file, codebase.web)) {
      const around = functionAround(response.call)
      if (!around || !isFinal(response) || around.params.length > 3) continue
      const called = codebase.calls
        .sitesOf(around)
        .some(
          (site) =>
            site.call.parent?.type === 'ExpressionStatement' &&
            goesOn(site.call) &&
            site.call.arguments.some(
              (argument) => argument.type === 'Identifier' && argument.name === response.handler.response,
            ),
        )
      const conditional =
        response.call.parent?.parent?.parent?.type === 'IfStatement' ||
        response.call.parent?.parent?.type === 'IfStatement'
      if (called && conditional && response.handler.next === undefined) {
        found.set(around, {
          node: response.call,
          file,
          response: { file: file.path, line: lineOf(response.call, file) },
        })
      }
    }
  }
  return found
}

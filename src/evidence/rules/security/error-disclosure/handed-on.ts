import type { Codebase } from '../../../codebase.ts'
import { answersIn, type Answer } from '../../../facts/answers.ts'
import { parametersIn, type Given } from '../../../facts/answering-helpers.ts'
import { boundBefore, type CallSite } from '../../../facts/call-graph.ts'
import { errorNames } from '../../../facts/promises.ts'
import { functionAround, literalText, parameterName, pathOf, propertyOf, type Node } from '../../../parse/ast.ts'
import { goingBy, plainCallsOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { leakIn, told, type Leak } from './leak.ts'
import { isOwnError, onlyInDevelopment, refuses } from './meant-so.ts'

const serverErrors = /^(HttpException|InternalServerErrorException|ServiceUnavailableException|BadGatewayException)$/

const exceptionsIn = atOnce((file: SourceFile) =>
  goingBy(plainCallsOf(file), serverErrors).flatMap((call) => {
    if (call.type !== 'NewExpression' || call.callee.type !== 'Identifier') return []
    const [given, status] = call.arguments
    const written = status ? file.text.slice(status.start, status.end) : ''
    if (!given || (call.callee.name === 'HttpException' && !/\b50\d\b|INTERNAL_SERVER|BAD_GATEWAY/.test(written)))
      return []
    const leak = leakIn(given, file, 0)
    return leak ? [{ call, leak }] : []
  }),
)

/** `throw new InternalServerErrorException(error.message)`: NestJS sends what the exception is given. */
export function* thrownOn(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { call, leak } of exceptionsIn(file)) {
    if (!onlyInDevelopment(call, file) && !isOwnError(call, file) && requestOf(codebase, call))
      yield { file, node: call, ...told(leak) }
  }
}

const localsIn = atOnce((file: SourceFile) =>
  file.assignments.flatMap(({ left, right }) => {
    const around = functionAround(left)
    const isLocal = left.type === 'MemberExpression' && /\blocals$/.test(pathOf(left.object))
    return isLocal && around ? [{ left, right, around }] : []
  }),
)

/** `res.locals.message = error.message` in the middleware that renders the error page. */
export function* shownByView(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { left, right, around } of localsIn(file)) {
    if (codebase.web.handlers.get(around)?.error === undefined) continue
    const leak = leakIn(right, file, 0)
    if (leak && /\.render\(/.test(file.text.slice(left.end, around.end)) && !onlyInDevelopment(left, file))
      yield { file, node: left, ...told(leak) }
  }
}

/** `sendError(res, error.message)`: a function of the project that answers with what it is given. */
export function* handedToHelpers(codebase: Codebase): Iterable<Match> {
  const reported = new Set<Node>()
  for (const file of codebase.production) {
    for (const answer of answersIn(file, codebase)) {
      if (answer.how === 'return' || answer.helper || onlyInDevelopment(answer.node, file)) continue
      for (const given of parametersIn(answer.value, file)) {
        if (codebase.web.handlers.has(given.of)) continue
        yield* wholeErrors(codebase, answer, given)
        for (const site of codebase.calls.sitesOf(given.of)) {
          const value = valueAt(site, given)
          const leak = value && !reported.has(site.call) ? leakIn(value, site.file, 0) : undefined
          if (!leak || (leak === 'whole' && value?.type === 'Identifier' && given.key === undefined)) continue
          if (onlyInDevelopment(site.call, site.file) || isOwnError(site.call, site.file)) continue
          if (leak === 'message' && statusAt(site, answer) < 500) continue
          reported.add(site.call)
          yield { file: site.file, node: site.call, ...told(leak) }
        }
      }
    }
  }
}

/** `fail(error, res)`: the function that answers with the error it is handed, or its message, is the place to mend. */
function* wholeErrors(codebase: Codebase, answer: Answer, given: Given): Iterable<Match> {
  const name = parameterName(given.of.params[given.index])?.name ?? ''
  const leak = given.key === undefined ? 'whole' : partsOfErrors.get(given.key)
  if (!leak || !errorNames.test(name) || isOwnError(answer.node, answer.file) || refuses(answer.node, answer.file))
    return
  const sites = codebase.calls.sitesOf(given.of).filter((site) => {
    const value = site.call.arguments[given.index - boundBefore(given.of, site.call)]
    if (value?.type !== 'Identifier' || leakIn(value, site.file, 0) !== 'whole') return false
    return leak !== 'message' || (statusAt(site, answer) >= 500 && !isOwnError(site.call, site.file))
  })
  if (sites.length === 0) return
  const also = sites.map(({ call, file }) => ({ path: file.path, line: lineOf(call, file) }))
  yield { file: answer.file, node: answer.node, ...told(leak), also }
}

const partsOfErrors: ReadonlyMap<string, Leak> = new Map([
  ['message', 'message'],
  ['sqlMessage', 'message'],
  ['stack', 'stack'],
])

/** The status that a call of a helper leads to: 500 where nothing says another. */
function statusAt({ call }: CallSite, { status, node, file }: Answer): number {
  // `res.status(statusOf(error))` tells what the caller did wrong from the rest.
  if (/\.(status|code)\(\s*\w+\(/.test(file.text.slice(node.start, node.end))) return 400
  const given = call.arguments.map((item) => literalText(item)).find((text) => /^[1-5]\d\d$/.test(text ?? ''))
  return Number(given ?? status ?? 500)
}

function valueAt({ call }: CallSite, { of, index, key }: Given): Node | undefined {
  const argument = call.arguments[index - boundBefore(of, call)]
  return key === undefined ? argument : propertyOf(argument, key)
}

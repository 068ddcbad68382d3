import type { Codebase } from '../../../codebase.ts'
import { statementsAfter } from '../../../facts/flow-of-control.ts'
import { isFinal, responsesIn } from '../../../facts/responses.ts'
import { ancestor, contains, functionAround, type FunctionNode, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `checkLogin(req, res)` answers those it turns away and comes back all the same. */
export function* guardsThatDoNotStop(codebase: Codebase): Iterable<Match> {
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
        words: withoutStop,
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
      if (answersOtherwise(response.call, file, codebase)) continue
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

/** `if (…) res.json(a) else res.json(b)` is no guard: it answers whatever comes. */
function answersOtherwise(answer: Node, file: SourceFile, codebase: Codebase): boolean {
  const choice = ancestor(answer, (at) => at.type === 'IfStatement', functionAround(answer))
  if (choice?.type !== 'IfStatement' || !choice.alternate) return false
  const other = contains(choice.consequent, answer) ? choice.alternate : choice.consequent
  return responsesIn(file, codebase.web).some((response) => isFinal(response) && contains(other, response.call))
}

const withoutStop: Words = {
  title: 'A request is answered by its guard and by its handler',
  fix: {
    say: 'Make the guard a middleware that calls `next` only for those who may pass.',
    code: {
      Express:
        "function checkLogin(req, res, next) {\n  if (!req.session.user) return res.redirect('/login')\n  next()\n}\nrouter.get('/orders', checkLogin, listOrders)",
    },
  },
}

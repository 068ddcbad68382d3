import type { Codebase } from '../../../codebase.ts'
import { helperAnswersIn, type AnsweringHelper, type HelperAnswer } from '../../../facts/answering-helpers.ts'
import { statementsAfter } from '../../../facts/flow-of-control.ts'
import { isFinal, responsesIn } from '../../../facts/responses.ts'
import { contains, functionAround, type Node } from '../../../parse/ast.ts'
import { returnsOf } from '../../../parse/returns.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `catch (error) { res.status(500).json(…) }` in a function whose callers go on with what it returns, and answer too. */
export function* answeredForCallers(codebase: Codebase): Iterable<Match> {
  const sites = codebase.production.flatMap((file) =>
    helperAnswersIn(file, codebase).filter((site) => !site.helper.always && goesOnUnasked(site, codebase)),
  )
  for (const [helper, calls] of Map.groupBy(sites, (site) => site.helper)) {
    const answer = helper.answers.find((node) => givesNothing(node, helper))
    const [first] = calls
    if (!answer || !first) continue
    yield {
      file: helper.file,
      node: answer,
      also: calls.map(({ call, file }) => ({ path: file.path, line: lineOf(call, file) })),
      message: `This answers, and the caller (${first.file.path}:${lineOf(first.call, first.file)}) goes on with what it takes for a result, and answers too.`,
    }
  }
}

/** The way of this answer ends without a value, while another gives one. */
function givesNothing(answer: Node, { node, file }: AnsweringHelper): boolean {
  const values = returnsOf(node, file).filter(({ argument }) => argument)
  const after = statementsAfter(answer, node)
  return values.length > 0 && !values.some((item) => contains(item, answer) || after.includes(item))
}

/** `const cart = await readCart(req, res)`, and nothing asks whether there is one before the next answer. */
function goesOnUnasked({ call, file, owner }: HelperAnswer, codebase: Codebase): boolean {
  const around = functionAround(call)
  const holder = call.parent?.type === 'AwaitExpression' ? call.parent.parent : call.parent
  if (around !== owner || holder?.type !== 'VariableDeclarator') return false
  const name = holder.id.type === 'Identifier' ? holder.id.name : undefined
  const after = statementsAfter(call, around)
  const later = responsesIn(file, codebase.web).find(
    (item) => isFinal(item) && functionAround(item.call) === around && after.some((part) => contains(part, item.call)),
  )
  return later !== undefined && !isAsked(name, file.text.slice(holder.end, later.call.start))
}

function isAsked(name: string | undefined, between: string): boolean {
  if (/headersSent|writableEnded/.test(between)) return true
  return (
    name !== undefined &&
    new RegExp(String.raw`(!|\(|&&|\|\||\?)\s*${name}\s*[)&|?=!]|\b${name}\s*(&&|\|\||\?|[=!]=)`).test(between)
  )
}

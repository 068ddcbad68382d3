import type { Codebase } from '../../../codebase.ts'
import { handlerAround } from '../../../facts/responses.ts'
import { functionAround, keyOf, literalText, pathOf, type FunctionNode, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { routesOf } from '../../places.ts'
import { writesDown } from '../logging.ts'
import type { Caught } from './attempts.ts'

/** Code that hands a failure on: to a caller, to the next handler, or into an answer. */
export const passesOn =
  /\bthrow\b|\bnext\(\s*[^)\s]|\breject\(|\bres(ponse)?\b\s*\.|\breply\b|\bctx\.|\bdone\(|\bcb\(|\bcallback\(|\breturn\b|process\.exit|\bresolve\(/

/** Whether a `catch` of a handler writes the error down, or has no name for it, and nothing answers after it. */
export function leavesUnanswered(
  { place, text, name, isCallback }: Caught,
  file: SourceFile,
  codebase: Codebase,
): boolean {
  const handler = handlerAround(place, codebase.web.handlers)
  return (
    handler !== undefined &&
    answersHere(handler.node, place, isCallback) &&
    !passesOn.test(text) &&
    !/\b(res|response|reply|ctx|next)\b/.test(text) &&
    (writesDown(text) || name === undefined) &&
    answersOnlyInside(handler.node, place, file) &&
    // A function that only takes the response, such as one that sets a cookie, leaves answering to others.
    (routesOf(codebase, handler.node).length > 0 || answers.test(file.text.slice(handler.node.start, handler.node.end)))
  )
}

/** The `catch` stands in the handler itself, not in a callback that something else waits for. */
function answersHere(handler: FunctionNode, place: Node, callback: boolean): boolean {
  const around = functionAround(callback && place.parent ? place.parent : place)
  if (around === handler) return true
  const call = around?.parent
  // The one who asked is gone, or has the answer.
  if (call?.type === 'CallExpression' && /^(close|aborted|finish)$/.test(literalText(call.arguments[0]) ?? ''))
    return false
  return call?.type === 'CallExpression' && /^(then|find\w*|query|exec|on|end|authenticate)$/.test(nameOf(call.callee))
}

function nameOf(callee: Node): string {
  return (callee.type === 'MemberExpression' ? keyOf(callee) : pathOf(callee)) ?? ''
}

/** No response comes after the `try`, nor in its `finally`, so the catch had to give one. */
function answersOnlyInside(handler: FunctionNode, place: Node, file: SourceFile): boolean {
  const around = functionAround(place)
  const end = around ? around.end : handler.end
  const statement = place.parent?.type === 'TryStatement' ? place.parent : place
  const last = statement.type === 'TryStatement' ? statement.finalizer : undefined
  return !/\bres(ponse)?\b\s*[.,)]|\breply\b|\bctx\.body|\bnext\(|\breturn\b|\bthrow\b/.test(
    file.text.slice(last?.start ?? statement.end, end),
  )
}

const answers =
  /\b(res|response|reply)\b[\w.()\s]*\.(json|send|end|render|redirect|sendStatus|sendFile|download|jsonp)\(/

import { statementsAfter } from '../../../facts/flow-of-control.ts'
import { ancestor, contains, functionAround, parameterName, pathOf, type Node } from '../../../parse/ast.ts'
import { goingBy, plainCallsOf } from '../../../parse/by-name.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** A callback that is called, and called again because nothing returns in between. */
export function* callbackTwice(file: SourceFile): Iterable<Match> {
  for (const node of file.functions) {
    const last = parameterName(node.params.at(-1))
    if (!last || !/^(cb|callback|done)$/.test(last.name) || !node.body) continue
    const binding = lookUp(file.scopes, node.body, last.name)
    const calls = goingBy(plainCallsOf(file), last.name).filter(
      (call) => call.start > node.start && call.end < node.end && lookUp(file.scopes, call, last.name) === binding,
    )
    for (const call of calls) {
      const around = functionAround(call)
      const later = around
        ? calls.find(
            (other) =>
              other !== call &&
              statementsAfter(call, around).some(
                (statement) => contains(statement, other) && functionAround(other) === around,
              ),
          )
        : undefined
      const outer = around && around !== node ? outerCall(around, calls, node) : undefined
      const second = later ?? outer
      if (!second || areOpposite(call, second, file)) continue
      yield {
        file,
        node: second,
        message: `\`${last.name}\` may have been called already on line ${lineOf(call, file)}.`,
      }
      break
    }
  }
}

/** `if (state !== 1) …` and then `if (state === 1 && …)`, or `if (state === 2)`. */
function areOpposite(first: Node, second: Node, file: SourceFile): boolean {
  const [one, other] = [first, second].map((node) => {
    const branch = ancestor(node, (at) => at.type === 'IfStatement', functionAround(node))
    const text = branch?.type === 'IfStatement' ? file.text.slice(branch.test.start, branch.test.end) : ''
    return /([\w.]+)\s*([!=])==?\s*([\w.'"]+)/.exec(text)
  })
  if (!one || !other || one[1] !== other[1]) return false
  const isSame = one[3] === other[3]
  const areEqualities =
    one[2] === '=' && other[2] === '=' && [one, other].every((found) => /^['"\d]/.test(found[3] ?? ''))
  return isSame ? one[2] !== other[2] : areEqualities
}

/** The callback is called inside an asynchronous callback and, without waiting, after it. */
function outerCall(inner: Node, calls: readonly Node[], node: Node): Node | undefined {
  const call = inner.parent
  if (
    call?.type !== 'CallExpression' ||
    call.callee === inner ||
    !/ById|find|get|read|query|fetch/i.test(pathOf(call.callee))
  )
    return undefined
  const around = functionAround(call)
  if (!around || !contains(node, around)) return undefined
  const after = statementsAfter(call, around)
  return calls.find(
    (other) => functionAround(other) === around && after.some((statement) => contains(statement, other)),
  )
}

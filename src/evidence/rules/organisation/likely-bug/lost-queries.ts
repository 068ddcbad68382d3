import type { Codebase } from '../../../codebase.ts'
import { ancestor, contains, parameterName, pathOf, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import { majorOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Express 5 reads `req.query` anew from the address each time: what is written into it is gone at the next read. */
export function* lostQueries(codebase: Codebase): Iterable<Match> {
  if ((majorOf(codebase, 'express') ?? 0) < 5 || codebase.production.some(keepsQuery)) return
  for (const { node, file, framework, request } of codebase.web.handlers.values()) {
    if (framework !== 'express' || !request) continue
    const query = `${request}.query`
    const message = `Express 5 reads \`${query}\` anew each time: what is written here is gone when the next one asks.`
    yield* inOne(changesOf(query, node, file, codebase).map((place) => ({ file, node: place, message })))
  }
}

const keepsQuery = says(/defineProperty\(\s*\w+\s*,\s*['"`]query['"`]/)

/** Assignments to its fields or to itself, and calls of functions that write into what they are given. */
function changesOf(query: string, within: FunctionNode, file: SourceFile, codebase: Codebase): Node[] {
  const written = file.assignments.filter(
    ({ left }) =>
      contains(within, left) &&
      left.type === 'MemberExpression' &&
      (pathOf(left.object) === query || pathOf(left) === query) &&
      !isTried(left),
  )
  const given = file.calls.filter(
    (call) =>
      contains(within, call) &&
      call.arguments.some((item, index) => pathOf(item) === query && writesInto(call, index, codebase, 0)),
  )
  return [...written, ...given]
}

function isTried(node: Node): boolean {
  return ancestor(node, (at) => at.type === 'TryStatement' && contains(at.block, node)) !== undefined
}

/** `Object.assign(query, …)`, or a function of the project that assigns to a field of the parameter. */
function writesInto(call: SourceFile['calls'][number], index: number, codebase: Codebase, depth: number): boolean {
  if (pathOf(call.callee) === 'Object.assign') return index === 0
  const target = depth < 3 ? codebase.calls.targetOf(call) : undefined
  const name = target && parameterName(target.node.params[index])?.name
  if (!target || name === undefined) return false
  const { node, file } = target
  return (
    file.assignments.some(
      ({ left }) => contains(node, left) && left.type === 'MemberExpression' && pathOf(left.object) === name,
    ) ||
    file.calls.some(
      (inner) =>
        contains(node, inner) &&
        inner.arguments.some((item, at) => pathOf(item) === name && writesInto(inner, at, codebase, depth + 1)),
    )
  )
}

import type { Codebase } from '../../codebase.ts'
import { chainTop } from '../../facts/promises.ts'
import { queriesByFile, type Query } from '../../facts/queries.ts'
import { isFinal, responsesIn, statusOf } from '../../facts/responses.ts'
import { contains, functionAround, isFunction, keyOf, pathOf, type Node, type Of } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { onceInALife, purposeOf } from '../places.ts'

/** Code that runs when one of some queries fails: the body of a `catch`, with its `try`, or of a callback of `.catch`. */
export type FailurePath = { body: Node; queries: readonly Query[]; tried?: Of<'TryStatement'> }

/** What a file does when a query fails, where it does the same whatever the error is. */
export function failurePaths(file: SourceFile, codebase: Codebase): FailurePath[] {
  const queries = queriesByFile(codebase.queries).get(file) ?? []
  return [...caught(file, queries), ...queries.flatMap(caughtOf)].filter(
    ({ body }) =>
      !onceInALife.test(purposeOf(codebase, body)) && !looksAtError.test(file.text.slice(body.start, body.end)),
  )
}

const looksAtError = /\bif\s*\(|\?[^.]|switch|instanceof|\.(name|code|kind|status|statusCode)\b(?!\s*\()/

function caught(file: SourceFile, queries: readonly Query[]): FailurePath[] {
  if (queries.length === 0) return []
  return file.catches.flatMap(({ body, parent: tried }) => {
    if (tried?.type !== 'TryStatement') return []
    const around = functionAround(tried)
    const failing = queries.filter(({ call }) => contains(tried.block, call) && functionAround(call) === around)
    return failing.length > 0 ? [{ body, queries: failing, tried }] : []
  })
}

function caughtOf(query: Query): FailurePath[] {
  const paths: FailurePath[] = []
  for (
    let at: Node = chainTop(query.call);
    at.type === 'CallExpression' && at.callee.type === 'MemberExpression';
    at = at.callee.object
  ) {
    const [callback] = at.arguments
    if (keyOf(at.callee) === 'catch' && isFunction(callback) && callback.body)
      paths.push({ body: callback.body, queries: [query] })
  }
  return paths
}

export type Answer = { node: Node; status: number }

/** The statuses that a piece of code answers with, or gives to the errors it makes. */
export function statusesIn(body: Node, file: SourceFile, codebase: Codebase): Answer[] {
  const isInside = (node: Node) => contains(body, node)
  const sent = responsesIn(file, codebase.web).flatMap((response) => {
    const { call, status } = response
    if (!isInside(call) || !(isFinal(response) || response.method === 'status')) return []
    const given = status ?? (response.method === 'status' ? statusOf(call.arguments[0]) : 200)
    return given === undefined || (response.method === 'status' && call.parent?.type === 'MemberExpression')
      ? []
      : [{ node: call, status: given }]
  })
  const made = file.calls.flatMap((call): Answer[] => {
    if (call.type !== 'NewExpression' || !isInside(call) || !/(Error|Exception)$/.test(pathOf(call.callee))) return []
    const status = call.arguments
      .map((argument) => statusOf(argument))
      .find((value) => value !== undefined && value >= 400)
    return status === undefined ? [] : [{ node: call, status }]
  })
  return [...sent, ...made]
}
